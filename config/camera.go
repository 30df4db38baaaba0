package config

// Camera is the system in which what cameras saw is looked up; without it there is
// no such link.
type Camera struct {
	URL string `yaml:"url"` // with {counter} and {time} in path or query
}

func (c *Config) checkCamera(f *faultList) {
	if c.Camera.URL != "" {
		checkTemplate(f, "camera.url", c.Camera.URL, "https://camera.example.vn/xem?quay={counter}&luc={time}", "counter", "time")
	}
}
