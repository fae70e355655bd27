import type { Call } from '../call/call.ts';
import type { Destination, Directory } from '../call/destination.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';

export interface UnansweredParts {
  readonly provisioning: Provisioned;
  readonly directory: Pick<Directory, 'settings'>;
  readonly features: Pick<FlowFeatures, 'voicemail'>;
}

/** What becomes of a call that nobody answers. */
export interface Unanswered {
  /** It rings so long before; undefined: as long as any call. */
  readonly ringMs: number | undefined;
  /** Ends the call. */
  serve(call: Call): Promise<void>;
}

/** The mailbox (语音信箱) of an extension where nobody answers; undefined: it has none, or it is no extension of the company. */
export function mailboxOf(
  { provisioning, directory, features }: UnansweredParts,
  { kind, number }: Destination,
  tenant: string,
): Unanswered | undefined {
  const extension = kind === 'extension' ? provisioning.snapshot.get('extension', tenant, number) : undefined;
  const box = extension?.voicemail;
  if (box === undefined) return undefined;
  const { noAnswer, ringMs } = directory.settings(number, tenant);
  return {
    // Where it is forwarded then, it rings there as well.
    ringMs: noAnswer === '' ? ringMs : undefined,
    serve: async (call) => {
      call.note('step', {
        step: `extension ${number}`,
        why: `nobody answers: the caller goes to mailbox ${box}`,
      });
      await features.voicemail(call, box);
      call.end('normal');
    },
  };
}
