import { useQuery } from '@tanstack/react-query';
import { App, Button, Drawer, Modal } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { Moment } from '../../kit/moment.tsx';
import { Failed, Loading } from '../../kit/states.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import type { ToneName } from '../../tokens.ts';
import { CanaryDialog } from './canary-dialog.tsx';
import { pathOfHotline, useVersions, type VersionRow } from './flow-queries.ts';
import { STATE_ICONS } from './state-icons.tsx';
import { flowWords } from './words.ts';

const TONES: Readonly<Record<VersionRow['state'], ToneName>> = {
  draft: 'amber',
  checked: 'amber',
  canary: 'violet',
  published: 'green',
  retired: 'grey',
};

interface VersionsProps {
  readonly number: string;
  readonly close: () => void;
  readonly act: VersionActs;
}

export interface VersionActs {
  rollBack(version: number): Promise<void>;
  tryOut(version: number, canary: object): Promise<void>;
  endCanary(): Promise<void>;
  dropDraft(draft: VersionRow): Promise<void>;
}

/** The versions of a hotline: what each changed, and the ways back. */
export function Versions({ number, close, act }: VersionsProps) {
  const say = useSay(flowWords);
  const { modal } = App.useApp();
  const mayPublish = useMay('hotline:publish');
  const mayChange = useMay('hotline:update');
  const versions = useVersions(number, true);
  const [compared, setCompared] = useState<number>();
  const [tried, setTried] = useState<number>();
  const live = versions.data?.find(({ state }) => state === 'published')?.version;
  const acts = (row: VersionRow) => (
    <span className="version-acts">
      {live !== undefined && row.version !== live && (
        <Button size="small" onClick={() => setCompared(row.version)}>
          {say('diff')}
        </Button>
      )}
      {mayPublish && row.state === 'retired' && (
        <Button
          size="small"
          onClick={() =>
            modal.confirm({
              title: say('rollBackTitle', { version: row.version }),
              content: say('rollBackDetail', { version: row.version }),
              okText: say('rollBack'),
              onOk: () => act.rollBack(row.version),
            })
          }
        >
          {say('rollBack')}
        </Button>
      )}
      {mayPublish && (row.state === 'draft' || row.state === 'checked') && (
        <Button size="small" onClick={() => setTried(row.version)}>
          {say('startCanary')}
        </Button>
      )}
      {mayPublish && row.state === 'canary' && (
        <Button size="small" onClick={() => void act.endCanary()}>
          {say('endCanary')}
        </Button>
      )}
      {mayChange && (row.state === 'draft' || row.state === 'checked') && (
        <Button
          size="small"
          danger
          onClick={() =>
            modal.confirm({
              title: say('dropDraftTitle'),
              content: say('dropDraftDetail'),
              okText: say('dropDraft'),
              okButtonProps: { danger: true },
              onOk: () => act.dropDraft(row),
            })
          }
        >
          {say('dropDraft')}
        </Button>
      )}
    </span>
  );
  return (
    <Drawer open size={480} title={say('versions')} onClose={close}>
      {versions.isPending && <Loading />}
      {versions.isError && <Failed error={versions.error} retry={() => void versions.refetch()} />}
      <ol className="versions">
        {versions.data?.map((row) => (
          <li key={row.version} className="version">
            <span className="version-head">
              <strong>{say('versionNo', { version: row.version })}</strong>
              <Pill tone={TONES[row.state]} icon={STATE_ICONS[row.state]}>
                {say(`state-${row.state}`)}
              </Pill>
              {row.canary && (
                <span className="faint small">
                  {'percent' in row.canary
                    ? say('canaryShare', { percent: row.canary.percent })
                    : say('canaryNumbers', { n: row.canary.callers.length })}
                </span>
              )}
              <span className="faint small version-when">
                <Moment at={row.publishedAt ?? row.changedAt} isShort />
              </span>
            </span>
            <span className={row.comment ? undefined : 'faint'}>{row.comment || say('noComment')}</span>
            <span className="faint small">{row.publishedBy ?? row.changedBy}</span>
            {acts(row)}
          </li>
        ))}
      </ol>
      {compared !== undefined && live !== undefined && (
        <Difference number={number} from={live} to={compared} close={() => setCompared(undefined)} />
      )}
      {tried !== undefined && (
        <CanaryDialog
          close={() => setTried(undefined)}
          start={async (canary) => {
            await act.tryOut(tried, canary);
            setTried(undefined);
          }}
        />
      )}
    </Drawer>
  );
}

interface DifferenceProps {
  readonly number: string;
  readonly from: number;
  readonly to: number;
  readonly close: () => void;
}

/** What a version changes, in words. */
function Difference({ number, from, to, close }: DifferenceProps) {
  const say = useSay(flowWords);
  const { language } = useLanguage();
  const found = useQuery({
    queryKey: ['flow-diff', number, from, to, language],
    gcTime: 0,
    queryFn: async ({ signal }) =>
      (
        await ask<{ readonly items: readonly { readonly path: string; readonly text: string }[] }>(
          `${pathOfHotline(number)}/diff`,
          { query: { from, to }, signal },
        )
      ).items,
  });
  return (
    <Modal open footer={null} title={say('diffTitle', { from, to })} onCancel={close} width={640}>
      {found.isPending && <Loading lines={3} />}
      {found.isError && <Failed error={found.error} />}
      {found.data?.length === 0 && <p className="faint">{say('noDiff')}</p>}
      <ul className="diff-list">
        {found.data?.map(({ path, text }) => (
          <li key={`${path} ${text}`}>{text}</li>
        ))}
      </ul>
    </Modal>
  );
}
