import Foundation
import Testing

@testable import SweepRuntime

/// Whose secret key files are accepted.
struct SecretFileRightsTests {
  private func objection(
    _ owner: uid_t, _ group: gid_t, _ mode: mode_t, user: uid_t = 1_000
  ) -> String? {
    SecretFileRights(owner: owner, group: group, mode: mode)
      .objection(user: user, groups: [1_000, 2_000])
  }

  @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
  func ownFilesWithoutRightsForOthersAreAccepted(mode: mode_t) {
    #expect(objection(1_000, 1_000, mode) == nil)
    #expect(objection(1_000, 0, mode) == nil)
    #expect(objection(0, 0, mode, user: 0) == nil)
  }

  /// As a Kubernetes Secret with `fsGroup` is mounted.
  @Test(arguments: [0o440, 0o640] as [mode_t])
  func filesOfRootForAGroupOfThisProcessAreAccepted(mode: mode_t) {
    #expect(objection(0, 2_000, mode) == nil)
    #expect(objection(0, 2_000, mode, user: 0) == nil)
    #expect(objection(0, 3_000, mode)?.contains("the group 3000") == true)
    // What is one's own needs no group to be read.
    #expect(objection(1_000, 2_000, mode)?.contains("chmod 600 PATH") == true)
    #expect(objection(1_000, 1_000, mode) != nil)
  }

  @Test(
    arguments: [
      0o444, 0o644, 0o604, 0o601, 0o602, 0o460, 0o420, 0o660, 0o666, 0o777, 0o450,
    ] as [mode_t])
  func filesThatMoreCanReadOrAnybodyElseCanChangeAreRefused(mode: mode_t) {
    for (owner, group) in [(0, 2_000), (1_000, 1_000)] as [(uid_t, gid_t)] {
      #expect(objection(owner, group, mode)?.contains("other users") == true)
    }
    #expect(objection(0, 0, mode, user: 0) != nil)
  }

  @Test(arguments: [0o600, 0o440, 0o400] as [mode_t])
  func filesOfOthersAreRefused(mode: mode_t) {
    #expect(objection(5, 2_000, mode)?.contains("belongs to another user") == true)
    #expect(objection(5, 2_000, mode, user: 0)?.contains("belongs to another user") == true)
  }

  @Test func ownGroupsAreKnown() {
    #expect(SecretFileRights.ownGroups.contains(getegid()))
  }
}
