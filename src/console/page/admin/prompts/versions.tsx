import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { Fragment, useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import type { PromptVersionRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ENTITIES } from '../../../kit/entity/kinds.ts';
import { clock, dateTime } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Player } from '../../../kit/player.tsx';
import { ProblemText } from '../../../kit/states.tsx';
import { type Place, promptPath } from './prompt-data.ts';
import { promptWords } from './words.ts';
import '../../../kit/details.css';

interface VersionsProps {
  readonly place: Place;
  readonly versions: readonly PromptVersionRow[];
  readonly mayChange: boolean;
}

/** What callers heard before: listened to, and heard again. */
export function Versions({ place: { name, language }, versions, mayChange }: VersionsProps) {
  const say = useSay(promptWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [opened, setOpened] = useState<string>();
  const restore = useMutation({
    mutationFn: (version: string) =>
      ask(`${promptPath(name)}/versions/${version}/restore`, { method: 'POST', query: { language } }),
    onSuccess: async () => {
      message.success(say('restored'));
      await client.invalidateQueries({ queryKey: ENTITIES });
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  if (versions.length === 0) return null;
  return (
    <section aria-label={say('versions')} className="prompt-section">
      <h2>{say('versions')}</h2>
      <p className="faint small">{say('versionsHelp')}</p>
      <table className="plain-table prompt-versions">
        <thead>
          <tr>
            <th>{say('when')}</th>
            <th>{say('who')}</th>
            <th className="number">{say('length')}</th>
            <th>
              <span className="visually-hidden">{say('listen')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, madeAt, by, durationMs, isCurrent }) => (
            <Fragment key={version}>
              <tr>
                <td>
                  <Moment at={madeAt} />
                </td>
                <td>{by ?? <span className="faint">{say('somebody')}</span>}</td>
                <td className="number">{clock(durationMs)}</td>
                <td className="prompt-version-acts">
                  {isCurrent && <span className="prompt-now small">{say('current')}</span>}
                  {!isCurrent && (
                    <Button
                      size="small"
                      type="text"
                      aria-expanded={opened === version}
                      onClick={() => setOpened(opened === version ? undefined : version)}
                    >
                      {say(opened === version ? 'hide' : 'listen')}
                    </Button>
                  )}
                  {!isCurrent && mayChange && (
                    <Button
                      size="small"
                      loading={restore.isPending && restore.variables === version}
                      disabled={restore.isPending}
                      onClick={() => restore.mutate(version)}
                    >
                      {say('restore')}
                    </Button>
                  )}
                </td>
              </tr>
              {opened === version && !isCurrent && (
                <tr>
                  <td colSpan={4}>
                    <Player
                      label={say('playerOf', { name, at: dateTime(madeAt, zone) })}
                      path={promptPath(name)}
                      query={{ language, version }}
                      durationMs={durationMs}
                    />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}
