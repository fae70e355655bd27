/** What a phone is set up with, in the words and files of common phones. Pure. */

export interface PhoneAccount {
  readonly name: string;
  readonly username: string;
  /** SIP domain, and realm. */
  readonly domain: string;
  /** Undefined: nobody knows it any more. */
  readonly password: string | undefined;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
}

/** `fields`: written by hand into its form; `file`: read by the phone; `qr`: scanned by it. */
export type Form = 'fields' | 'file' | 'qr';

export interface PhoneModel {
  readonly name: string;
  readonly form: Form;
  readonly text: (account: PhoneAccount) => string;
}

const NUMBER = { udp: 0, tcp: 1, tls: 2 } as const;
/** In place of a password that is not known. */
const UNKNOWN = '********';

const lines = (...all: readonly (string | false)[]) => all.filter((line) => line !== false).join('\n');
const proxyOf = ({ host, port }: PhoneAccount) => `${host.includes(':') ? `[${host}]` : host}:${port}`;
const uriOf = (account: PhoneAccount) => `sip:${proxyOf(account)};transport=${account.transport}`;
const passwordOf = ({ password }: PhoneAccount) => password ?? UNKNOWN;
/** One line without what would end it, or stand for something in a file of settings. */
const plain = (text: string) => text.replace(/["\r\n=:]/g, ' ');

const xml = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[\r\n]/g, ' ');

export const PHONES = {
  linphone: {
    name: 'Linphone',
    form: 'fields',
    text: (account) =>
      lines(
        `Username: ${account.username}`,
        `Password: ${passwordOf(account)}`,
        `Domain: ${account.domain}`,
        `Display name: ${plain(account.name)}`,
        `Transport: ${account.transport.toUpperCase()}`,
        `SIP proxy address: <${uriOf(account)}>`,
        'Outbound proxy: ON',
      ),
  },
  microsip: {
    name: 'MicroSIP',
    form: 'file',
    text: (account) =>
      lines(
        '[Account1]',
        `label=${plain(account.name)}`,
        `server=${account.domain}`,
        `proxy=${proxyOf(account)}`,
        `domain=${account.domain}`,
        `username=${account.username}`,
        `authID=${account.username}`,
        `password=${passwordOf(account)}`,
        `displayName=${plain(account.name)}`,
        `transport=${account.transport}`,
      ),
  },
  zoiper: {
    name: 'Zoiper',
    form: 'fields',
    text: (account) =>
      lines(
        `Username: ${account.username}@${account.domain}`,
        `Password: ${passwordOf(account)}`,
        `Hostname: ${account.domain}`,
        `Authentication username: ${account.username}`,
        `Outbound proxy: ${proxyOf(account)}`,
        `Transport: ${account.transport.toUpperCase()}`,
      ),
  },
  groundwire: {
    name: 'Groundwire',
    form: 'fields',
    text: (account) =>
      lines(
        `Title: ${plain(account.name)}`,
        `Username: ${account.username}`,
        `Password: ${passwordOf(account)}`,
        `Domain: ${account.domain}`,
        `Advanced / Proxy: ${proxyOf(account)}`,
        `Advanced / Transport: ${account.transport}`,
        `Advanced / Auth username: ${account.username}`,
      ),
  },
  'grandstream-wave': {
    name: 'Grandstream Wave',
    form: 'qr',
    text: (account) =>
      [
        '<?xml version="1.0" encoding="utf-8"?><AccountConfig version="1"><Account>',
        `<RegisterServer>${xml(account.domain)}</RegisterServer>`,
        `<OutboundServer>${xml(proxyOf(account))}</OutboundServer>`,
        `<UserID>${xml(account.username)}</UserID><AuthID>${xml(account.username)}</AuthID>`,
        `<AuthPass>${xml(passwordOf(account))}</AuthPass>`,
        `<AccountName>${xml(account.username)}</AccountName><DisplayName>${xml(account.name)}</DisplayName>`,
        '<Dialplan>{x+|*x+|*++}</Dialplan><RandomPort>0</RandomPort><Voicemail>*97</Voicemail>',
        '</Account></AccountConfig>',
      ].join(''),
  },
  yealink: {
    name: 'Yealink',
    form: 'file',
    text: (account) =>
      lines(
        '#!version:1.0.0.1',
        'account.1.enable = 1',
        `account.1.label = ${account.username}`,
        `account.1.display_name = ${plain(account.name)}`,
        `account.1.user_name = ${account.username}`,
        `account.1.auth_name = ${account.username}`,
        `account.1.password = ${passwordOf(account)}`,
        `account.1.sip_server.1.address = ${account.domain}`,
        `account.1.sip_server.1.port = ${account.port}`,
        `account.1.sip_server.1.transport_type = ${NUMBER[account.transport]}`,
        'account.1.outbound_proxy_enable = 1',
        `account.1.outbound_proxy.1.address = ${account.host}`,
        `account.1.outbound_proxy.1.port = ${account.port}`,
      ),
  },
  fanvil: {
    name: 'Fanvil',
    form: 'file',
    text: (account) =>
      lines(
        '<<VOIP CONFIG FILE>>Version:2.0000000000',
        '',
        '<SIP CONFIG MODULE>',
        '--SIP Line List--  :',
        `SIP1 Phone Number       :${account.username}`,
        `SIP1 Display Name       :${plain(account.name)}`,
        `SIP1 Register Addr      :${account.domain}`,
        `SIP1 Register Port      :${account.port}`,
        `SIP1 Register User      :${account.username}`,
        `SIP1 Register Pswd      :${passwordOf(account)}`,
        'SIP1 Enable Reg         :1',
        `SIP1 Proxy Addr         :${account.host}`,
        `SIP1 Proxy Port         :${account.port}`,
        `SIP1 Transport          :${NUMBER[account.transport]}`,
        '<<END OF FILE>>',
      ),
  },
  grandstream: {
    name: 'Grandstream GXP / GRP',
    form: 'file',
    text: (account) =>
      lines(
        'P271 = 1',
        `P47 = ${account.domain}`,
        `P48 = ${proxyOf(account)}`,
        `P35 = ${account.username}`,
        `P36 = ${account.username}`,
        `P34 = ${passwordOf(account)}`,
        `P3 = ${plain(account.name)}`,
        `P130 = ${NUMBER[account.transport]}`,
      ),
  },
  other: {
    name: 'SIP',
    form: 'fields',
    text: (account) =>
      lines(
        `SIP domain: ${account.domain}`,
        `Server / outbound proxy: ${proxyOf(account)}`,
        `Transport: ${account.transport.toUpperCase()}`,
        `User: ${account.username}`,
        `Authentication user: ${account.username}`,
        `Password: ${passwordOf(account)}`,
        `Display name: ${plain(account.name)}`,
      ),
  },
} as const satisfies Readonly<Record<string, PhoneModel>>;

export type PhoneName = keyof typeof PHONES;
