/**
 * A self-signed certificate for localhost, receiver.test and 127.0.0.1, valid for a hundred years: for tests only.
 *
 * Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost
 * -addext subjectAltName=DNS:localhost,DNS:receiver.test,IP:127.0.0.1 -keyout key.pem -out certificate.pem`.
 */

import { readFileSync } from 'node:fs';

/** As `https.createServer` wants it. */
export const testCertificate = {
  key: readFileSync(new URL('tls/key.pem', import.meta.url), 'utf8'),
  cert: readFileSync(new URL('tls/certificate.pem', import.meta.url), 'utf8'),
};
