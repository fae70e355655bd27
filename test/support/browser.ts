/** A browser that is signed in to the API of a running PBX. */
import { type HttpAnswer, TOKEN } from './pbx.ts';

export interface Asked extends HttpAnswer {
  readonly headers: Headers;
}

interface Sent {
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request; the body of an answer is what its JSON, or its text, says. */
export async function ask(http: string, route: string, { body, headers = {} }: Sent = {}): Promise<Asked> {
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(`${http}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    redirect: 'manual',
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

export const AS_OPERATOR = { authorization: `Bearer ${TOKEN}` };
export const GOOD_PASSWORD = 'correct horse battery';

export class Browser {
  readonly #http: string;
  cookie = '';
  csrf = '';

  constructor(http: string) {
    this.#http = http;
  }

  get headers(): Readonly<Record<string, string>> {
    return { cookie: this.cookie, 'pbx-csrf': this.csrf };
  }

  ask(route: string, { body, headers }: Sent = {}): Promise<Asked> {
    return ask(this.#http, route, { body, headers: { ...this.headers, ...headers } });
  }

  /** Signs in, or tries; it keeps the cookie that it is given. */
  async signIn(credentials: object): Promise<Asked> {
    const answer = await this.ask('POST /api/v1/session', { body: credentials });
    this.#keep(answer);
    return answer;
  }

  async changePassword(old: string, password: string): Promise<void> {
    const answer = await this.ask('POST /api/v1/me/password', { body: { old, password } });
    if (answer.status !== 200) throw new Error(`the password stays: ${JSON.stringify(answer.body)}`);
    this.#keep(answer);
  }

  #keep({ status, headers, body }: Asked): void {
    if (status >= 300) return;
    this.cookie = headers.getSetCookie()[0]!.split(';')[0]!;
    this.csrf = body.csrf;
  }
}

/** Has the operator add somebody, who signs in and takes {@link GOOD_PASSWORD}. */
export async function personOn(
  http: string,
  tenant: string,
  fields: { readonly login: string; readonly [name: string]: unknown },
): Promise<Browser> {
  const body = { name: fields.login, roles: [], ...fields };
  const headers = { ...AS_OPERATOR, 'pbx-tenant': tenant };
  const made = await ask(http, 'POST /api/v1/users', { body, headers });
  if (made.status !== 201) throw new Error(`not added: ${JSON.stringify(made.body)}`);
  const browser = new Browser(http);
  const { password } = made.body;
  const credentials = { tenant, login: fields.login, password };
  const { status } = await browser.signIn(credentials);
  if (status !== 201) throw new Error(`${fields.login} is not let in`);
  await browser.changePassword(password, GOOD_PASSWORD);
  return browser;
}
