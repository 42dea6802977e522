// What a program with custom components needs, in one import (docs/custom-components.md).

/// `Elementary`: the contract's exp, log, tanh and the like.
@_exported import Kernels
/// `SeedSweepProgram`.
@_exported import SeedSweepCommands
/// `Configuration` and `ConfigurationSchema`.
@_exported import SweepModel
/// `CustomLayer`, `CustomLoss`, `CustomMetric`, `CustomInitializer` and what they are given.
@_exported import Training
