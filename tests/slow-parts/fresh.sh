# For the parts that need packages: packs them once for all parts into a folder outside the repository, and makes projects beside it whose caches are empty.
# Needs GRUGEN_SLOW, the folder. What is restored comes from there and from the sources that this machine is configured with.

pack() {
  if [[ ! -d $GRUGEN_SLOW/packages ]]; then
    local project
    for project in src/*/*.csproj; do
      dotnet pack "$project" -c Release -o "$GRUGEN_SLOW/packages.new" -nologo -v:q
    done
    mkdir -p "$GRUGEN_SLOW/projects"
    cat > "$GRUGEN_SLOW/projects/nuget.config" << EOF
<configuration>
  <packageSources>
    <add key="grugen" value="../packages" />
  </packageSources>
</configuration>
EOF
    mv "$GRUGEN_SLOW/packages.new" "$GRUGEN_SLOW/packages"
  fi

  version=$(basename "$GRUGEN_SLOW"/packages/GruGen.Templates.*.nupkg .nupkg)
  version=${version#GruGen.Templates.}
  cd "$GRUGEN_SLOW/projects"
  export NUGET_PACKAGES=$GRUGEN_SLOW/cache
}

# fresh FOLDER: a copy of tests/fresh/FOLDER, with the version of the packages.
fresh() {
  rm -rf "$1"
  cp -R "$repository/tests/fresh/$1" "$1"
  find "$1" -type f -exec sed -i "s/0\.0\.0-packed/$version/" {} +
}

# says TEXT COMMAND...: runs a command and looks for a text in what it prints, whether it fails or not.
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) || true
  printf '%s\n' "$output"
  if [[ $output != *"$text"* ]]; then
    echo "$* did not say: $text"
    return 1
  fi
}

repository=$PWD
