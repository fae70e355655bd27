import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { ENDS, type NodeKind, seconds } from './node-kind.ts';
import type { FlowNode } from './tree.ts';

export interface VoicemailNode {
  readonly type: 'voicemail';
  readonly box: string;
}

declare module './tree.ts' {
  interface Nodes {
    readonly voicemail: VoicemailNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Takes a message; settles the call. */
    voicemail(box: NameOf<D, 'mailboxes'>): FlowNode;
  }
}

const buildVoicemail: Builders<DeclaredNames>['voicemail'] = (box) =>
  rememberPlace({ type: 'voicemail', box }, buildVoicemail);

export const voicemail: NodeKind<VoicemailNode> = {
  word: { en: 'voicemail', zh: '留言' },
  build: buildVoicemail,
  fields: { box: 'mailbox' },
  title: ({ box }) => `voicemail ${box}`,
  async run({ box }, { call }) {
    call.step(`voicemail ${box}`, 'the plan says so');
    await call.answer();
    const { left, durationMs } = await call.voicemail(box);
    const why = left ? `${seconds(durationMs)} s` : 'no message';
    call.step(`voicemail ${box} → ${left ? 'left' : 'empty'}`, why);
    return 'settled';
  },
  exits: () => ENDS,
};
