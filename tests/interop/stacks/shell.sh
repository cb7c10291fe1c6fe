# What the commands of ../stack.ts stand on. ROOT is the client's own folder, HERE
# this one. Nothing is installed: Debian's packages are unpacked into ROOT, and
# only those that the system lacks.

arch=$(uname -m)-linux-gnu
PATH=$ROOT/usr/bin:$PATH
for lib in "$ROOT/usr/lib/$arch" "$ROOT/lib/$arch" "$ROOT/usr/lib/$arch/pulseaudio"; do
  LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$lib
done
export PATH LD_LIBRARY_PATH

# apt OPTIONS... COMMAND...: apt-get with an archive of its own, as any user.
apt() {
  mkdir -p "$ROOT/debs/partial"
  # What release() wrote.
  [ ! -e "$ROOT/apt.conf" ] || export APT_CONFIG="$ROOT/apt.conf"
  apt-get -qq -o Dir::Cache::Archives="$ROOT/debs/" -o Debug::NoLocking=1 \
    -o APT::Sandbox::User=root "$@" >&2
}

# release NAME: packages and sources are those of this release of Debian from
# here on; without a name, of the release that runs.
release() {
  site=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
    'Created-By: Packages' 'Origin: Debian' | sed 1q)
  [ -n "$site" ] || { echo "no package list of Debian's" >&2; exit 1; }
  for kind in deb deb-src; do
    echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
      "${site% *} ${1:-${site#* }} main"
  done >"$ROOT/sources.list"
  mkdir -p "$ROOT/lists/partial"
  cat >"$ROOT/apt.conf" <<END
Dir::Etc::SourceList "$ROOT/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$ROOT/lists";
Dir::Cache "$ROOT";
END
  apt update
}

# packages NAME...: unpacks them and what they need; prints the first's version.
packages() {
  apt install --download-only --yes --no-install-recommends "$@"
  for deb in "$ROOT"/debs/*.deb; do
    [ ! -e "$deb" ] || dpkg -x "$deb" "$ROOT"
  done
  for deb in "$ROOT/debs/$1"_*.deb; do
    if [ -e "$deb" ]; then
      dpkg-deb -f "$deb" Version
    else
      dpkg-query -W -f '${Version}\n' "$1"
    fi
  done
}

# source_of NAME: unpacks the source of a package, and goes there.
source_of() {
  cd "$ROOT"
  release
  apt source --download-only "$1"
  mkdir source
  tar -xf "$1"_*.orig.tar.*z --strip-components=1 -C source
  cd source
}
