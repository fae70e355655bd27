import type { EdgeRequest, NameAddress, SocketAddress } from '../../src/edge/edge.ts';
import { parseNameAddr } from '../../src/sip/message/name-addr.ts';
import { paramsOf } from '../../src/sip/message/params.ts';

export interface RequestFields {
  readonly method?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly source?: Partial<SocketAddress>;
  readonly flow?: string;
  /** By their long names; a list is several header lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** A header value as the edge shows it. */
export function nameAddress(value: string): NameAddress {
  const parsed = parseNameAddr(value);
  if (!parsed) throw new Error(`not an address: ${value}`);
  const { uri } = parsed;
  const end = value.indexOf('>');
  return {
    displayName: undefined,
    uri: uri.text,
    scheme: uri.kind,
    user: uri.user,
    host: uri.host.toLowerCase(),
    port: uri.port,
    params: new Map(
      paramsOf(end < 0 ? '' : value.slice(end + 1)).map(([name, text]) => [
        name.toLowerCase(),
        text.replace(/^"(.*)"$/, '$1'),
      ]),
    ),
  };
}

/** A request as an edge gives it to the PBX, for rooms that are tested without an edge. */
export function edgeRequest(fields: RequestFields): EdgeRequest {
  const { method = 'REGISTER', target = 'sip:pbx400.local', headers = {} } = fields;
  const from = fields.from ?? '<sip:8001@pbx400.local>';
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const values = (name: string): readonly string[] => {
    const value = byName.get(name.toLowerCase());
    return value === undefined ? [] : typeof value === 'string' ? [value] : value;
  };
  return {
    method,
    target: nameAddress(`<${target}>`),
    from: nameAddress(from),
    to: nameAddress(fields.to ?? from),
    callId: fields.callId ?? 'call-1',
    source: { transport: 'udp', address: '10.0.0.7', port: 5060, ...fields.source },
    receivedOn: { transport: 'udp', address: '192.0.2.1', port: 5060 },
    header: (name) => values(name)[0],
    headers: values,
    addresses: (name) =>
      values(name)
        .filter((value) => parseNameAddr(value))
        .map(nameAddress),
    contentType: undefined,
    body: undefined,
    flow: fields.flow,
  };
}
