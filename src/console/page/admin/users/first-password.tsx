import { useSession } from '../../../api/session.tsx';
import type { UserRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ToldOnce } from '../../../kit/told-once.tsx';
import { usersWords } from './words.ts';

export interface WithPassword {
  readonly user: UserRow;
  readonly password: string;
}

/** What somebody signs in with for the first time. */
export function FirstPassword({ user, password, close }: WithPassword & { readonly close: () => void }) {
  const say = useSay(usersWords);
  const { company } = useSession();
  return (
    <ToldOnce
      title={say('passwordTitle', { name: user.name })}
      text={say('passwordText')}
      facts={[
        ...(company ? [{ label: say('company'), value: company }] : []),
        { label: say('login'), value: user.login },
        { label: say('password'), value: password, isSecret: true },
      ]}
      close={close}
    />
  );
}
