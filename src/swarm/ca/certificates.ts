/**
 * The swarm's root certificate in the form that a user sees: `docker swarm ca`, `TLSInfo`. Models what
 * cfssl makes for swarmkit (`ca/certificates.go` CreateRootCA): a P-256 certificate of "swarm-ca" for
 * 20 years. Differs: the DER is well formed, but key and signature are random bytes; nothing is
 * encrypted or verified in here.
 */
import { concatBytes, toBase64, type RandomStream } from '../../base';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;

/** DER: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(parts);
  const { length } = body;
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return concatBytes([Uint8Array.from(head), body]);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}

const SEQUENCE = 0x30;
const OID_ECDSA_SHA256 = Uint8Array.of(6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
const OID_COMMON_NAME = Uint8Array.of(6, 3, 0x55, 4, 3);
const OID_EC_KEY = Uint8Array.of(6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1);
const OID_P256 = Uint8Array.of(6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7);
/** Key usage: sign; basic constraints: an authority. */
const USAGE = Uint8Array.of(0x30, 14, 6, 3, 0x55, 0x1d, 0x0f, 1, 1, 0xff, 4, 4, 3, 2, 1, 6);
const AUTHORITY = Uint8Array.of(
  ...[0x30, 15, 6, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 5, 0x30, 3, 1, 1, 0xff],
);

function utcTime(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replace(/[-T:]/g, '').slice(2, 14);
  return der(0x17, ascii(`${digits}Z`));
}

function integer(bytes: Uint8Array): Uint8Array {
  const value = Uint8Array.from(bytes);
  value[0] = (value[0]! & 0x3f) | 0x40;
  return der(2, value);
}

export interface RootCertificate {
  readonly pem: string;
  readonly keyPem: string;
  /** Base64 of the DER of subject and public key, as `TLSInfo` has them. */
  readonly issuerSubject: string;
  readonly issuerPublicKey: string;
}

export function makeRootCertificate(random: RandomStream, unixUs: number): RootCertificate {
  const commonName = der(SEQUENCE, OID_COMMON_NAME, der(0x13, ascii('swarm-ca')));
  const subject = der(SEQUENCE, der(0x31, commonName));
  const point = concatBytes([Uint8Array.of(0, 4), random.bytes(64)]);
  const publicKey = der(SEQUENCE, der(SEQUENCE, OID_EC_KEY, OID_P256), der(3, point));
  const algorithm = der(SEQUENCE, OID_ECDSA_SHA256);
  const start = Math.floor(unixUs / 1000 / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS;
  const validity = der(SEQUENCE, utcTime(start), utcTime(start + 20 * YEAR_MS));
  const keyId = der(SEQUENCE, Uint8Array.of(6, 3, 0x55, 0x1d, 0x0e), octets(random.bytes(20)));
  const extensions = der(0xa3, der(SEQUENCE, USAGE, AUTHORITY, keyId));
  const body = der(
    SEQUENCE,
    Uint8Array.of(0xa0, 3, 2, 1, 2),
    integer(random.bytes(20)),
    algorithm,
    subject,
    validity,
    subject,
    publicKey,
    extensions,
  );
  const numbers = der(SEQUENCE, integer(random.bytes(32)), integer(random.bytes(32)));
  const signature = der(3, Uint8Array.of(0), numbers);
  return {
    pem: pem('CERTIFICATE', der(SEQUENCE, body, algorithm, signature)),
    keyPem: pem('EC PRIVATE KEY', der(SEQUENCE, Uint8Array.of(2, 1, 1), octets(random.bytes(32)))),
    issuerSubject: toBase64(subject),
    issuerPublicKey: toBase64(publicKey),
  };
}

function octets(content: Uint8Array): Uint8Array {
  return der(4, der(4, content));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
