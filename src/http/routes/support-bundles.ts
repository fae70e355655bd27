import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { AuthError } from '../../auth/auth-error.ts';
import type { SupportBundles } from '../../fault/support-bundle.ts';
import { SYSTEM_TENANT } from '../../provisioning/snapshot.ts';
import { byWhom } from '../by-whom.ts';
import { requireKindRights } from '../kind-rights.ts';
import { companyOf, route } from '../route.ts';
import { jobBegun, sendBegun } from './jobs.ts';

const wish = Type.Object(
  {
    whole: Type.Boolean({
      default: false,
      description: 'of the whole installation, for its operators; else of the company',
    }),
    calls: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: 20,
      default: [],
      description: 'ids of calls whose records and ladders go into it; none: the last that failed',
    }),
    hours: Type.Integer({ minimum: 1, maximum: 72, default: 6, description: 'so far back the log goes' }),
  },
  { additionalProperties: false, examples: [{ whole: false, calls: ['NdZAOmg0KKahxxITiLR9ml'], hours: 6 }] },
);

/** What the makers need to find a fault, in one file (支持包). */
export const supportBundleRoutes: FastifyPluginCallbackTypebox<{
  bundles: Pick<SupportBundles, 'start'>;
}> = (app, { bundles }, done) => {
  app.post(
    '/support-bundles',
    route(
      {
        access: { permission: 'export:create', reach: 'tenant' },
        tag: 'jobs',
        summary: 'Make a support bundle',
        description:
          'A job whose file is a ZIP: versions, health, configuration and entities, records and ladders of calls, and the log. Secrets are left out, and each number of seven digits and more is a sign, the same one throughout. Needs the right to read ladders; of the whole installation that to read nodes. A company has what is its own: no configuration of the machine, and of the log the lines that name it.',
        errors: ['too-many-jobs'],
        isIdempotent: true,
      },
      { body: wish, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { principal, body } = request;
      const { whole, calls, hours } = body;
      requireKindRights(request, 'ladder', ['read']);
      if (whole && !principal.rights.has('node:read', 'all'))
        throw new AuthError('forbidden', `${principal.name} has no right to the whole installation`);
      const order = whole
        ? { tenant: undefined, home: SYSTEM_TENANT }
        : { tenant: companyOf(request), home: companyOf(request) };
      return sendBegun(reply, await bundles.start({ ...order, calls, hours }, byWhom(request)));
    },
  );
  done();
};
