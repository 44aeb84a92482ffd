export const PUBLIC_KEYS: Readonly<Record<string, string>> = {
  "2025-03": `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKdNQniioJ6v6yj9XpmsodQHOwLWU
LQ3X2PpAndc8ePTHN9QEmEnwzC1FYxFslOJypxhBWGgKllrz3XtDi3BJ5A==
-----END PUBLIC KEY-----`,
};
