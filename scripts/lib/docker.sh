# Sourced by scripts that test with Docker: what a private engine needs that Debian 12 does not install,
# made once and kept in a cache folder.

# shellcheck source=debian.sh
source "${BASH_SOURCE[0]%/*}/debian.sh"

# The engine; a network for it without changing the machine's; the bases of images.
readonly docker_packages=(docker.io iptables slirp4netns debootstrap ca-certificates iproute2 util-linux)
# Debian 12's own Compose, 1.29, which must be refused with one clear line.
readonly old_compose_packages=(docker-compose)
# Debian 12 has no Compose 2 and no buildx.
readonly plugin_packages=(docker-compose docker-buildx)

# Prints the folder of Docker's command-line plugins from a newer Debian's packages.
#   compose_plugins SUITE
compose_plugins() {
  debian_programs "$1" docker-plugins /usr/libexec/docker/cli-plugins "${plugin_packages[@]}"
}

# Prints the path of a root file system of Debian, as a tar file: what debian:SUITE-slim is.
#   debian_base SUITE
debian_base() {
  local suite="$1" file scratch
  file="${tests_cache}/debian-$1-$(dpkg --print-architecture).tar"
  # Packages that are a month old are not what users get.
  find "${file}" -mtime +30 -delete 2>/dev/null || true
  if [[ ! -e "${file}" ]]; then
    scratch="$(mktemp -d)"
    mkdir -p "${tests_cache}"
    (
      debootstrap --variant=minbase "${suite}" "${scratch}/root" "${debian_mirror}" >"${scratch}/log" ||
        { tail -n 20 "${scratch}/log"; exit 3; }
      # The machine's way to the packages is that of the images, too.
      apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' \
        >"${scratch}/root/etc/apt/apt.conf.d/99machine" || true
      cat >"${scratch}/root/etc/apt/sources.list" <<END
deb ${debian_mirror} ${suite} main
deb ${debian_mirror} ${suite}-updates main
deb ${debian_mirror%/debian}/debian-security ${suite}-security main
END
      tar --create --file "${file}.new" --directory "${scratch}/root" \
        --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./usr/share/man/*' \
        --exclude='./usr/share/locale/*' --exclude='./dev/*' .
      mv "${file}.new" "${file}"
    ) >&2
    rm -rf "${scratch}"
  fi
  echo "${file}"
}

# Links the program that `swift build` made for release again, with the Swift runtime in it, as the
# Dockerfile does. Compiling takes minutes, linking seconds.
#   link_static BUILD_FOLDER OUTPUT
link_static() {
  local objects="$1/seedsweep.product/Objects.LinkFileList" messages
  # Which of Foundation's libraries the objects need is recorded in them only where they were compiled
  # for this.
  messages="$(swiftc -static-stdlib -emit-executable -module-name seedsweep -o "$2" "@${objects}" -L "$1" \
    -Xlinker --gc-sections -Xlinker --defsym -Xlinker main=seedsweep_main -Xlinker -s \
    -lFoundation -lCoreFoundation -lFoundationInternationalization -lFoundationEssentials \
    -l_FoundationCShims -l_FoundationCollections -l_FoundationICU -ldispatch -lBlocksRuntime \
    -lswiftDispatch -lswiftSynchronization -lswiftSwiftOnoneSupport -lstdc++ 2>&1)" || { echo "${messages}" | tail -n 20 >&2; exit 3; }
}
