import type { WebhookRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ToldOnce } from '../../../kit/told-once.tsx';
import { webhooksWords } from './words.ts';

export interface WithSecret {
  readonly webhook: WebhookRow;
  readonly secret: string;
}

/** What the receiver checks signatures with. */
export function SigningSecret({ webhook, secret, close }: WithSecret & { readonly close: () => void }) {
  const say = useSay(webhooksWords);
  return (
    <ToldOnce
      title={say('secretTitle', { name: webhook.title })}
      text={say('secretText')}
      facts={[{ label: say('secret'), value: secret, isSecret: true }]}
      close={close}
    />
  );
}
