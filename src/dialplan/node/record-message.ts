import type { Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, NameOf, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { NEXT, type NodeKind, seconds } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

/** The caller says what it is about: a complaint, a sign-up, a fault (录音到信箱). He hears it and keeps it; then the flow goes on. */
export interface RecordMessageNode {
  readonly type: 'recordMessage';
  /** The folder: whoever sees its messages sees this one, with its subject. */
  readonly box: string;
  /** What it is about (主题), for who hears it. */
  readonly subject?: string;
  /** Said first; the beep follows. Default: the greeting of the mailbox. */
  readonly prompt?: Prompts;
  /** Default: that of the mailbox. */
  readonly maxMs?: number;
  /** It is played to him: 1 keeps it, 2 records it again. Default true. */
  readonly review?: boolean;
  /** Where nothing was said. Left out: the next node. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly recordMessage: RecordMessageNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Records a message of the caller into a mailbox, with a subject; he hears it, keeps it or says it again, and the flow goes on. */
    recordMessage(
      options: Omit<RecordMessageNode, 'type' | 'box' | 'prompt'> & {
        readonly box: NameOf<D, 'mailboxes'>;
        readonly prompt?: PromptsOf<D>;
      },
    ): FlowNode;
  }
}

const buildRecordMessage: Builders<DeclaredNames>['recordMessage'] = (options) =>
  rememberPlace({ type: 'recordMessage', ...options } as FlowNode, buildRecordMessage);

export const recordMessage: NodeKind<RecordMessageNode> = {
  word: { en: 'record a message', zh: '录音到信箱' },
  build: buildRecordMessage,
  fields: {
    box: 'mailbox',
    subject: 'text?',
    prompt: 'prompts?',
    maxMs: 'ms?',
    review: 'flag?',
    otherwise: 'flow?',
  },
  title: ({ box, subject }) => `record-message ${box}${subject === undefined ? '' : ` ${subject}`}`,
  async run({ box, subject, prompt, maxMs, review = true, otherwise }, { call }) {
    call.step(`record-message ${box}`, subject ?? 'the plan says so');
    await call.answer();
    const { left, durationMs } = await call.voicemail(box, { subject, prompt, maxMs, review });
    call.step(
      `record-message ${box} → ${left ? 'kept' : 'nothing'}`,
      left ? `${seconds(durationMs)} s` : 'no message',
    );
    return left ? 'next' : { take: otherwise };
  },
  exits: (_, ways) => ways.branches(NEXT),
};
