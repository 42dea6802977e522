import SeedSweepCommands

SeedSweepProgram.main()
