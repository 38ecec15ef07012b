/**
 * A self-signed certificate for localhost, receiver.test and 127.0.0.1, valid for a hundred years: for tests only.
 *
 * Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost
 * -addext subjectAltName=DNS:localhost,DNS:receiver.test,IP:127.0.0.1 -keyout key.pem -out certificate.pem`.
 */

import { readFileSync } from 'node:fs';
import tls from 'node:tls';

const read = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');

/** As `https.createServer` wants it. */
export const testCertificate = { key: read('key.pem'), cert: read('certificate.pem') };

/** For the same hosts, but it was valid on one day of 2020 only: made by `openssl ca -selfsign -startdate … -enddate …`. */
export const expiredCertificate = { key: read('key.pem'), cert: read('expired.pem') };

/** Makes this process trust both, until disposed of. */
export function trustTestCertificates(): Disposable {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, testCertificate.cert, expiredCertificate.cert]);
  return { [Symbol.dispose]: () => tls.setDefaultCACertificates(before) };
}
