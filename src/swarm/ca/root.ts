/** The certificate authority's part of the cluster object, made once per swarm (`ca.CreateRootCA`). */
import type { TlsInfo } from '../../api';
import type { RandomStream } from '../../base';
import type { StoredRootCa } from '../store';
import { makeRootCertificate } from './certificates';
import { certificateHash, newJoinToken } from './tokens';

export function newRootCa(random: RandomStream, unixUs: number): StoredRootCa {
  const made = makeRootCertificate(random, unixUs);
  const hash = certificateHash(made.pem);
  return {
    CACert: made.pem,
    CAKey: made.keyPem,
    CACertHash: hash,
    JoinTokens: { Worker: newJoinToken(random, hash), Manager: newJoinToken(random, hash) },
    IssuerSubject: made.issuerSubject,
    IssuerPublicKey: made.issuerPublicKey,
    LastForcedRotation: 0,
  };
}

export function tlsInfo(root: StoredRootCa): TlsInfo {
  return {
    TrustRoot: root.CACert,
    CertIssuerSubject: root.IssuerSubject,
    CertIssuerPublicKey: root.IssuerPublicKey,
  };
}
