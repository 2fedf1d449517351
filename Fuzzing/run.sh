#!/bin/sh
# Runs libFuzzer on what reads files that people hand to Graft, one reader after the other, each for FUZZ_SECONDS (120
# unless set).
#
#     Fuzzing/run.sh [READER...]
#
# Readers are those of weight files, of pictures (pictures for all formats, or one by name) and of other files. Seeds are
# the fixtures of the tests. What the fuzzer finds stays in .build-fuzz/inputs and is where the next run starts; an input that a
# reader fails on lands in .build-fuzz/failures, and the run ends with an error.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-120}
fixtures=Tests/WeightFilesTests/Fixtures
images=Conformance/images
work=.build-fuzz
weights='safetensors pytorch_zip pytorch_pickle pytorch_legacy hdf5 keras_legacy keras3 keras3_entry keras3_zip numpy'
pictures='jpeg png gif webp tiff heic bmp pnm jxl jp2'
files='csv jsonl voc recipe bundle checkpoint segment answer'

# The program that feeds a reader.
program() {
    case " $weights " in *" $1 "*) echo FuzzWeightFiles && return ;; esac
    case " $pictures pictures " in *" $1 "*) echo FuzzPictures && return ;; esac
    case " $files " in *" $1 "*) echo FuzzFiles && return ;; esac
    echo "$1 is no reader" >&2
    exit 1
}

# The linker that comes with Swift: gold stumbles over the debugging data.
build() {
    PKG_CONFIG_PATH="$PWD/.deps/lib/pkgconfig:${PKG_CONFIG_PATH:-}" GRAFT_FUZZING=1 \
        swift build --scratch-path "$work" --product "$1" \
        -Xswiftc -O -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld \
        -Xlinker -rpath -Xlinker "$PWD/.deps/onednn/lib"
}

# The files that a reader starts from.
seeds() {
    case $1 in
    safetensors) ls "$fixtures"/*.safetensors ;;
    pytorch_zip) ls "$fixtures"/*_zip.pth "$fixtures"/*_deflated.pth ;;
    pytorch_pickle) ;;
    pytorch_legacy) ls "$fixtures"/*_legacy.pth ;;
    # Small files alone: a change among 30 KB seldom meets a byte that matters.
    hdf5) ls "$fixtures"/small_*.h5 ;;
    keras_legacy) ls "$fixtures"/*.h5 | grep -v keras3 ;;
    keras3) ls "$fixtures"/*_keras3.weights.h5 ;;
    # The archive adds little to what keras3 tries, so small files will do.
    keras3_entry) ls "$fixtures"/small_*_keras3.weights.h5 ;;
    keras3_zip) ls "$fixtures"/*.keras ;;
    numpy) ls "$fixtures"/*.npy ;;
    pictures) ls "$images"/*.[a-z]* | grep -v -e '\.rgb$' -e '\.json$' -e 'bad-[ebt][moe]' ;;
    jpeg) ls "$images"/*.jpg | grep -v bad-[et] ;;
    png | gif | webp | bmp | jxl) ls "$images"/*."$1" ;;
    tiff) ls "$images"/*.tif ;;
    heic) ls "$images"/*.avif ;;
    pnm) ls "$images"/*.p[bgpf]m ;;
    jp2) ls "$images"/*.jp2 "$images"/*.j2k ;;
    recipe) ls Experiments/*.yaml Benchmarks/*.yaml ;;
    *) ls Fuzzing/seeds/"$1"/* ;;
    esac
}

built=
for reader in ${*:-$weights $pictures $files}; do
    program=$(program "$reader")
    case " $built " in
    *" $program "*) ;;
    *)
        build "$program"
        built="$built $program"
        ;;
    esac
    fuzzer=$(GRAFT_FUZZING=1 swift build --scratch-path "$work" --show-bin-path)/$program
    inputs=$work/inputs/$reader
    mkdir -p "$inputs" "$work/failures/$reader"
    for file in $(seeds "$reader"); do cp "$file" "$inputs"; done
    # Two readers are handed the content of an archive's entry, whose checksum no fuzzer guesses.
    wrapping=none
    longest=40000
    memory=2560
    case $reader in
    pytorch_pickle)
        wrapping=pytorch_zip
        for file in "$fixtures"/*_zip.pth; do
            unzip -p "$file" '*data.pkl' >"$inputs/$(basename "$file").pkl"
        done
        ;;
    keras3_entry) wrapping=keras_zip ;;
    hdf5) longest=2000 ;;
    esac
    # One picture may take 700 MB; the sanitizer keeps what was freed for a while.
    if [ "$program" = FuzzPictures ]; then
        longest=8000
        memory=1500
    fi
    echo "$reader: $seconds seconds"
    log=$work/$reader.log
    if ! FUZZ_WRAPPING=$wrapping FUZZ_FILE=$reader ASAN_OPTIONS=quarantine_size_mb=16:${ASAN_OPTIONS:-} "$fuzzer" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb="$memory" -malloc_limit_mb=1024 -max_len="$longest" \
        -use_value_profile=1 -dict=Fuzzing/words.dict -print_final_stats=1 \
        -artifact_prefix="$work/failures/$reader/" "$inputs" >"$log" 2>&1; then
        tail -40 "$log"
        echo "$reader fails; the input is in $work/failures/$reader"
        exit 1
    fi
    grep -a -E 'number_of_executed_units|peak_rss' "$log"
    grep -a -o -E ' cov: [0-9]+' "$log" | tail -1
done
