import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { maskedNumber, textShown, wholeNumber } from '../../shared/masked-number.ts';
import type { Scope } from '../../shared/scope.ts';
import { exampleOf, idParams, isoTime, orNull, route } from '../route.ts';

const USE_ACTIONS = ['listen', 'download', 'share', 'unshare', 'use-share', 'delete-recording'] as const;

/** Something that was done with a recording. */
interface RecordingUse {
  readonly recording: string;
  readonly at: number;
  readonly action: (typeof USE_ACTIONS)[number];
  readonly by: string;
  readonly address: string | undefined;
  readonly share: string | undefined;
}

/** What the routes need of the audit trail; a call that is not there, or of another company, is PbxError `not-found`. */
export interface RecordingUseBoard {
  usesOf(callId: string, scope: Scope): Promise<readonly RecordingUse[]>;
}

const use = Type.Object(
  {
    recording: Type.String(),
    at: isoTime(),
    action: Type.Enum([...USE_ACTIONS], { description: '`use-share`: heard by a link' }),
    by: Type.String({ description: 'who; of `use-share` the link' }),
    address: orNull(Type.String({ description: 'where he was' })),
    share: orNull(Type.String({ description: 'link that was made, ended or used' })),
  },
  {
    examples: [
      {
        recording: 'NdZAOmg0KKahxxITiLR9ml.0',
        at: '2026-10-10T03:00:00.000Z',
        action: 'listen',
        by: 'li@demo',
        address: '192.0.2.7',
        share: null,
      },
    ],
  },
);
const uses = Type.Object({ items: Type.Array(use) }, { examples: [{ items: [exampleOf(use)] }] });
/** As the console reads it. */
export type RecordingUseRow = Static<typeof use>;
/** Who heard, saved or shared recordings (谁听过). */
export const recordingUseRoutes: FastifyPluginCallbackTypebox<{ board: RecordingUseBoard }> = (
  app,
  { board },
  done,
) => {
  app.get(
    '/calls/:id/listeners',
    route(
      {
        access: { permission: 'audit:read', reach: 'tenant' },
        tag: 'recordings',
        errors: ['not-found'],
        summary: 'Who heard, saved or shared the recordings of a call (谁听过), the newest first',
        description: 'The last 200 of the audit trail.',
      },
      { params: idParams, response: { 200: uses } },
    ),
    async ({ params, scope }) => {
      const found = await board.usesOf(params.id, scope);
      return { items: found.map((each) => useRow(each, scope)) };
    },
  );
  done();
};

const useRow = ({ at, by, address, share, ...rest }: RecordingUse, scope: Scope): Static<typeof use> => ({
  ...rest,
  at: new Date(at).toISOString(),
  by: textShown(by, scope.seesNumbers ? wholeNumber : maskedNumber),
  address: address ?? null,
  share: share ?? null,
});
