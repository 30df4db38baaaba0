package bot

import "testing"

func TestMask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, name, want string }{
		{"gọi 0900 000 078 hoặc 0900.000.079", "", "gọi ••• hoặc •••"},
		{"căn cước 079123456789, số nhà 25/12", "", "căn cước •••, số nhà 25/12"},
		{"tôi tên An, An toàn Ana", "An", "tôi tên •••, ••• toàn Ana"},
		{"Lan Anh và lanh", "Lan Anh", "••• và lanh"},
		{"ngày 02/11/2026 lúc 16:30", "", "ngày 02/11/2026 lúc 16:30"},
		{"", "An", ""},
	} {
		if got := mask(c.text, c.name); got != c.want {
			t.Errorf("%q: %q", c.text, got)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("tôi tên An 0900 000 078", "An")
	f.Fuzz(func(t *testing.T, text, name string) {
		once := mask(text, name)
		if again := mask(once); again != once {
			t.Fatalf("%q is not masked whole: %q", text, once)
		}
	})
}
