import { answer } from '../call/answer.ts';
import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Directory } from '../call/destination.ts';
import { play } from '../call/gather.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';
import type { PhoneFeature } from '../provisioning/feature-codes.ts';
import type { PhoneSetting, PhoneSettings } from './phone-settings.ts';

/** What a phone that sets something for the calls to it needs. */
export interface SettingParts {
  readonly settings: PhoneSettings;
  readonly directory: Directory;
  readonly features: Pick<FlowFeatures, 'promptItems'>;
}

type Spoken = Parameters<FlowFeatures['promptItems']>[1];

const SETTING_OF: Readonly<Record<PhoneFeature, PhoneSetting>> = {
  doNotDisturb: 'doNotDisturb',
  forwardAlways: 'always',
  forwardBusy: 'busy',
  forwardNoAnswer: 'noAnswer',
  forwardUnreachable: 'unreachable',
};

/** A phone dialled the code: sets it, says so, and hangs up. */
export async function setAtPhone(
  call: Call,
  { tenant, number: extension }: Party,
  feature: PhoneFeature,
  digits: string,
  { settings, directory, features }: SettingParts,
): Promise<void> {
  const setting = SETTING_OF[feature];
  const refusal = digits === '' ? undefined : refusalOf(directory, tenant, extension, digits);
  let spoken: Spoken;
  if (refusal) spoken = [refusal.prompt];
  else if (setting === 'doNotDisturb') {
    const isOn = !settings.of(tenant, extension).doNotDisturb;
    settings.put(tenant, extension, setting, isOn ? 'on' : '');
    spoken = [isOn ? 'dnd-on' : 'dnd-off'];
  } else {
    settings.put(tenant, extension, setting, digits);
    spoken = digits === '' ? ['forward-off'] : ['forward-on', { digits }];
  }
  const now = settings.of(tenant, extension)[setting];
  const why =
    refusal?.why ??
    `${extension} ${feature}: ${now === '' || now === false ? 'off' : now === true ? 'on' : now}`;
  call.note('step', { step: 'feature code', why });
  await answer(call);
  call.segment('ivr', 'feature code');
  await play(call, call.caller, features.promptItems(tenant, spoken, call.speech));
  call.end(refusal ? 'forbidden' : 'normal');
}

/** Why a phone may not forward its calls to a number, and what it is told; undefined: it may. */
function refusalOf(directory: Directory, tenant: Party['tenant'], extension: string, number: string) {
  if (number === extension) return { prompt: 'invalid-key', why: `${extension} cannot forward to itself` };
  const to = directory.forward(extension, number, tenant);
  if (typeof to === 'string')
    return { prompt: 'no-right', why: `${extension} cannot forward to ${number}: ${to}` };
  const refusal = directory.refusal(to, { tenant, kind: 'extension', number: extension });
  // the lock of the night is of calls, and over in the morning
  return refusal?.bar === 'outside-right' ? { prompt: 'no-right', why: refusal.why } : undefined;
}
