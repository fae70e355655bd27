import {
  type DigestAlgorithm,
  digestHa1,
  digestResponse,
  parseDigestFields,
} from '../../src/sip/auth/digest.ts';

export interface DigestAnswer {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nc?: number;
}

/** The Authorization value that a phone gives to a challenge. */
export function digestAnswer(challenge: string, answer: DigestAnswer): string {
  const { username, password, method, uri } = answer;
  const fields = parseDigestFields(challenge)!;
  const realm = fields.get('realm')!;
  const nonce = fields.get('nonce')!;
  const token = fields.get('algorithm') ?? 'MD5';
  const algorithm = token.toLowerCase() as DigestAlgorithm;
  const nc = (answer.nc ?? 1).toString(16).padStart(8, '0');
  const used = { nonce, uri, qop: 'auth', nc, cnonce: 'phone' };
  const response = digestResponse(algorithm, digestHa1(algorithm, username, realm, password), method, used);
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=${token}, qop=auth, nc=${nc}, cnonce="phone"`
  );
}
