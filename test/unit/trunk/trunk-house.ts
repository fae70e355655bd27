import type { Trunk } from '../../../src/provisioning/kind/trunk.ts';

/** A trunk as the configuration gives it. */
export const CARRIER: Trunk = {
  name: 'carrier',
  tenant: 'demo',
  addresses: ['192.0.2.0/24', '2001:db8::1'],
  uri: 'sip:192.0.2.1:5060',
  channels: 2,
  limits: {},
  tenants: {},
  callsPerSecond: { in: 10, out: 10 },
  priority: 1,
  weight: 1,
  dialogSource: 'strict',
  responseTimeoutMs: 4_000,
  probeMs: 30_000,
  probeFailures: 3,
  probeSuccesses: 2,
  areaCode: '0755',
  numbers: [],
  callerIdIn: 'pai',
  callerIdOut: 'from',
  rewrite: { callerIn: [], calledIn: [], callerOut: [], calledOut: [] },
  codecs: ['PCMA'],
  busyTone: false,
  digits: 'auto',
  earlyMedia: true,
};
