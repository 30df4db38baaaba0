package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/unix"
)

// giveBack returns memory that only the start needed: garbage to the kernel,
// and the program's own clean pages to the page cache, from where those that
// are still used come back without a read from disk. A commune's small server
// runs other things too.
func giveBack() {
	debug.FreeOSMemory()
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	program, err := os.Executable()
	if err != nil {
		return
	}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		dropClean(lines.Text(), program)
	}
}

// dropClean forgets a read-only mapping of the program's file.
func dropClean(mapping, program string) {
	var from, to uintptr
	var rights string
	if _, err := fmt.Sscanf(mapping, "%x-%x %s", &from, &to, &rights); err != nil {
		return
	}
	if strings.HasSuffix(mapping, " "+program) && !strings.Contains(rights, "w") {
		// Advice: when the kernel does not take it, nothing is lost.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED)
	}
}
