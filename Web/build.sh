#!/bin/sh
# Makes Sources/Exports/Web/WebRuntime.swift: the interpreter, compiled to WebAssembly from Interpreter/ and the files of Sources/Images
# that both programs share, and the page. Needs the Swift toolchain of this repository (its embedded standard library and wasm-ld) and Python 3.
# The same sources give the same bytes.
set -eu
cd "$(dirname "$0")"
images=../Sources/Images
tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
# Always the same name: it gets into the file.
out=../.build/web
rm -rf "$out"
mkdir -p "$out"
files=$(ls Interpreter/*.swift)
for name in PixelImage FilterTable FloatScratch PixelBox Preprocessing+Box Resampler Resampler+Finish Resampler+Passes ResamplingPass; do
    files="$files $images/$name.swift"
done
swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -O \
    -Xcc -msimd128 -Xcc -mbulk-memory -Xcc -fmodules-cache-path="$out/modules" -I Interpreter/CWebAssembly \
    -Xfrontend -disable-stack-protector -Xfrontend -function-sections -parse-as-library -swift-version 6 \
    -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature InternalImportsByDefault \
    -enable-upcoming-feature ExistentialAny -strict-memory-safety \
    -package-name graft -module-name GraftWeb -c $files -o "$out/graft.o"
"$tools/wasm-ld" --no-entry --strip-all --gc-sections --wrap=free --stack-first -z stack-size=131072 \
    --export=allocate --export=release --export=load --export=facts --export=resize --export=run --export=map \
    "$out/graft.o" -o "$out/graft.wasm"
python3 page/build.py "$out" $files
