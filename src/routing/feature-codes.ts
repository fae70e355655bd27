import { answer } from '../call/answer.ts';
import type { Party, PartyName } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import { echo } from '../call/echo.ts';
import { play } from '../call/gather.ts';
import { pickUpParked } from '../call/park.ts';
import { pickUp } from '../call/pick-up.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';
import type { InboundLeg } from '../edge/edge.ts';
import {
  type AgentFeature,
  type DialledFeature,
  type Feature,
  featureOf,
  type PhoneFeature,
  type SupervisorFeature,
  yields,
} from '../provisioning/feature-codes.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { AgentCodes, RefusedCode } from './agent-codes.ts';
import type { GroupCalls } from './group-calls.ts';
import { runFlow } from './run-flow.ts';
import { type SettingParts, setAtPhone } from './setting-codes.ts';

/** A phone that dials a feature code (功能码). `digits`: what follows the code. */
interface Dialling extends SettingParts {
  readonly calls: Calls;
  readonly agents: AgentCodes;
  readonly leg: InboundLeg;
  readonly groups: Pick<GroupCalls, 'colleagues'>;
  readonly party: Party;
  /** Whose phone it is, for the record. */
  readonly who: PartyName;
  readonly digits: string;
  /** Has who sits there hear the messages of an extension's mailboxes; undefined: there are none. */
  readonly hearMessages: ((call: Call, extension: string) => Promise<void>) | undefined;
  /** Makes a call of it. */
  open(): Call;
}

/** What each feature does with the INVITE, and what is said of it when that is nothing. */
interface Served {
  /** False, or why: there was nothing to do; the INVITE is not answered then. */
  serve(dialling: Dialling): Promise<boolean | RefusedCode>;
  readonly otherwise: string;
}

/** Sets something for the calls to the phone. */
function settingBy(feature: PhoneFeature): Served {
  return {
    serve: async ({ open, party, digits, ...parts }) => {
      const call = open();
      runFlow(call, setAtPhone(call, party, feature, digits, parts));
      return true;
    },
    otherwise: '',
  };
}

/** The agent who sits there does something. */
function agentBy(feature: AgentFeature): Served {
  return {
    serve: async ({ open, agents, party, digits }) => {
      const call = open();
      runFlow(call, agents.dialled(call, party, feature, digits));
      return true;
    },
    otherwise: '',
  };
}

/** The supervisor who sits there takes part in an agent's talks. */
function supervisionBy(feature: SupervisorFeature): Served {
  return {
    serve: async ({ agents, leg, party, digits }) =>
      (await agents.supervise(leg, party, feature, digits)) ?? true,
    otherwise: '',
  };
}

const FEATURES: Readonly<Record<Feature, Served>> = {
  echo: {
    serve: async ({ open }) => {
      const call = open();
      runFlow(call, echo(call));
      return true;
    },
    otherwise: '',
  },
  pickUp: {
    serve: ({ calls, leg, party, who, groups }) =>
      pickUp(calls, leg, party, who, undefined, groups.colleagues(party.number, party.tenant)),
    otherwise: 'no phone of the company rings',
  },
  pickUpAt: {
    serve: ({ calls, leg, party, who, digits }) => pickUp(calls, leg, party, who, digits),
    otherwise: 'that phone does not ring',
  },
  park: {
    serve: ({ calls, leg, party, who, digits }) => pickUpParked(calls, leg, party, who, digits),
    otherwise: 'nobody is parked there',
  },
  doNotDisturb: settingBy('doNotDisturb'),
  forwardAlways: settingBy('forwardAlways'),
  forwardBusy: settingBy('forwardBusy'),
  forwardNoAnswer: settingBy('forwardNoAnswer'),
  forwardUnreachable: settingBy('forwardUnreachable'),
  signIn: agentBy('signIn'),
  signInOutside: agentBy('signInOutside'),
  signOut: agentBy('signOut'),
  agentReady: agentBy('agentReady'),
  agentBusy: agentBy('agentBusy'),
  agentBreak: agentBy('agentBreak'),
  endWrapUp: agentBy('endWrapUp'),
  nuisance: agentBy('nuisance'),
  monitor: supervisionBy('monitor'),
  whisper: supervisionBy('whisper'),
  barge: supervisionBy('barge'),
  pickUpQueue: {
    serve: ({ agents, leg, party }) => agents.pickUp(leg, party),
    otherwise: 'nobody waits in a queue of the agent who sits there',
  },
  voicemail: {
    serve: async ({ open, party, hearMessages }) => {
      if (!hearMessages) return false;
      const call = open();
      runFlow(call, hearMessages(call, party.number));
      return true;
    },
    otherwise: 'messages are kept nowhere here',
  },
};

/**
 * What a company's phones dialled, in its own codes; undefined: it has no such code. `isHotlines`: one of its hotlines has that code,
 * too, which comes before codes that a later version brought.
 */
export function dialledFeature(
  { snapshot }: Provisioned,
  tenant: string,
  called: string,
  isHotlines = false,
): DialledFeature | undefined {
  const codes = snapshot.get('tenant', tenant, tenant)?.codes;
  const dialled = codes && featureOf(called, codes);
  return dialled && isHotlines && yields(dialled, codes) ? undefined : dialled;
}

/** Does what a code stands for. Undefined: so it is; else the INVITE is not answered. */
export async function serveFeature(
  { feature, digits }: DialledFeature,
  dialling: Omit<Dialling, 'digits'>,
): Promise<RefusedCode | undefined> {
  const { serve, otherwise } = FEATURES[feature];
  const done = await serve({ ...dialling, digits });
  if (done === true) return undefined;
  return done || { why: otherwise, prompt: 'not-possible' };
}

/** A code that the company does not have, or that does nothing now: said to the caller, and never sent to a carrier. */
export async function refuseCode(
  call: Call,
  features: Pick<FlowFeatures, 'promptItems'>,
  { why, prompt }: RefusedCode,
): Promise<void> {
  call.note('step', { step: 'feature code', why });
  await answer(call);
  call.segment('ivr', 'feature code');
  await play(call, call.caller, features.promptItems(call.arrival.tenantId, [prompt], call.speech));
  call.end('unknown-number');
}
