// Command go reads an exported log with Go's own transparency-log library, which shares no line of code with this
// project: it checks the checkpoint's signature, every hash tile against the entries, the root, an inclusion proof
// of each entry and consistency from every smaller size.
//
//	go run main.go DIR
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Above this size proofs are checked for a sample of entries and sizes.
const everyProof = 600

func main() {
	size, err := verify(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d entries\n", size)
}

func verify(dir string) (int64, error) {
	size, root, err := checkpoint(dir)
	if err != nil {
		return 0, err
	}
	entries, err := readEntries(dir, size)
	if err != nil {
		return 0, err
	}
	var stored hashes
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, &stored)
		if err != nil {
			return 0, err
		}
		stored = append(stored, more...)
	}
	found, err := tlog.TreeHash(size, &stored)
	if err != nil {
		return 0, err
	}
	if found != root {
		return 0, fmt.Errorf("the root over the entries is %v, the checkpoint's %v", found, root)
	}
	if err := checkTiles(dir, size, &stored); err != nil {
		return 0, err
	}
	return size, checkProofs(entries, root, &stored)
}

func checkpoint(dir string) (size int64, root tlog.Hash, err error) {
	vkey, err := os.ReadFile(filepath.Join(dir, "vkey"))
	if err != nil {
		return 0, root, err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return 0, root, err
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return 0, root, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return 0, root, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return 0, root, fmt.Errorf("not a checkpoint: %q", opened.Text)
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return 0, root, err
	}
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return 0, root, fmt.Errorf("not a root: %q", lines[2])
	}
	copy(root[:], hash)
	return size, root, nil
}

// tilePath is the C2SP tlog-tiles path of a tile of the given width.
func tilePath(kind string, n, width int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	return filepath.Join("tile", kind, path)
}

func readEntries(dir string, size int64) ([][]byte, error) {
	var entries [][]byte
	for first := int64(0); first < size; first += 256 {
		path := tilePath("entries", first/256, min(size-first, 256))
		bundle, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s is cut short", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
	}
	if int64(len(entries)) != size {
		return nil, fmt.Errorf("%d entries in a log of %d", len(entries), size)
	}
	return entries, nil
}

func checkTiles(dir string, size int64, stored *hashes) error {
	for level, width := 0, size; width > 0; level, width = level+8, width/256 {
		for first := int64(0); first < width; first += 256 {
			count := min(width-first, 256)
			var want bytes.Buffer
			for i := first; i < first+count; i++ {
				hash := (*stored)[tlog.StoredHashIndex(level, i)]
				want.Write(hash[:])
			}
			path := tilePath(strconv.Itoa(level/8), first/256, count)
			found, err := os.ReadFile(filepath.Join(dir, path))
			if err != nil {
				return err
			}
			if !bytes.Equal(found, want.Bytes()) {
				return fmt.Errorf("%s does not hold the hashes of its entries", path)
			}
		}
	}
	return nil
}

func checkProofs(entries [][]byte, root tlog.Hash, stored *hashes) error {
	size := int64(len(entries))
	step := size/everyProof + 1
	for i := int64(0); i < size; i += step {
		proof, err := tlog.ProveRecord(size, i, stored)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, size, root, i, tlog.RecordHash(entries[i])); err != nil {
			return fmt.Errorf("inclusion of entry %d: %v", i, err)
		}
		older, err := tlog.TreeHash(i+1, stored)
		if err != nil {
			return err
		}
		tree, err := tlog.ProveTree(size, i+1, stored)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(tree, size, root, i+1, older); err != nil {
			return fmt.Errorf("consistency from size %d: %v", i+1, err)
		}
	}
	return nil
}

// hashes keeps every stored hash in memory.
type hashes []tlog.Hash

func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(*h)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		found[i] = (*h)[index]
	}
	return found, nil
}

// Go had no min of its own before 1.21.
func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
