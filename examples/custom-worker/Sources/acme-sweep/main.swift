import AcmeComponents
import SeedSweep

SeedSweepProgram.main(components: [
  .layer(LearnedScale.self),
  .loss(LogCosh.self),
  .metric(Within.self),
  .initializer(SparseNormal.self),
])
