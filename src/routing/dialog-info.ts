/** What a busy lamp shows of an extension: nobody talks there, its phone rings, or it is in a call. */
export type LampState = 'idle' | 'ringing' | 'busy';

export const DIALOG_INFO_TYPE = 'application/dialog-info+xml';

/** States of RFC 4235 3.7.1. A dialog that is over tells phones more surely than none that the lamp goes out. */
const STATES = { idle: 'terminated', ringing: 'early', busy: 'confirmed' } as const satisfies Record<
  LampState,
  string
>;

/** The document of RFC 4235 4.1. `entity`: the URI that is watched; `version` counts from 0 for each subscription. */
export function dialogInfo(entity: string, version: number, state: LampState): string {
  const uri = entity.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  return [
    '<?xml version="1.0"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${uri}">`,
    `<dialog id="1" direction="recipient"><state>${STATES[state]}</state></dialog>`,
    '</dialog-info>',
    '',
  ].join('\r\n');
}
