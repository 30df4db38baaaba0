package config

// OIDC is the identity provider by which staff may log in, found by discovery
// (OpenID Connect Discovery 1.0); without an issuer there is none.
type OIDC struct {
	Issuer       string `yaml:"issuer"` // https, or http on loopback
	ClientID     string `yaml:"client_id"`
	ClientSecret Secret `yaml:"client_secret"`
	Name         string `yaml:"name"` // what staff know the provider by, on the button
}

// checkOIDC demands a whole client where there is an issuer.
func (c *Config) checkOIDC(f *faultList) {
	o := c.OIDC
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecret != "" {
			f.add("oidc.issuer", "is missing: oidc.client_id and oidc.client_secret are for it")
		}
		return
	}
	checkURL(f, "oidc.issuer", o.Issuer)
	if o.ClientID == "" {
		f.add("oidc.client_id", "is missing: the provider gives one for this product")
	}
	if o.ClientSecret == "" {
		f.add("oidc.client_secret", "is missing: the provider gives one for this product")
	}
}
