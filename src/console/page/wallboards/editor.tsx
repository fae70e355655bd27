import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import LinkOutlined from '@ant-design/icons/es/icons/LinkOutlined';
import PlusOutlined from '@ant-design/icons/es/icons/PlusOutlined';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { ApiError, ask } from '../../api/ask.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { Canvas } from './canvas.tsx';
import { bodyOf, type DraftTile, freePlace, WALLBOARDS, type WallboardEntity, withTile } from './draft.ts';
import { Links } from './links.tsx';
import { TileForm } from './tile-form.tsx';
import { wallboardWords } from './words.ts';

const NEW_TILE = { metric: 'waiting', queues: [], window: 'today' } as const;
const FIGURES_EVERY_MS = 2000;

/** One wallboard: its tiles with live figures, and what the chosen one is of. */
export function Editor({ board }: { readonly board: WallboardEntity }) {
  const say = useSay(wallboardWords);
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const mayChange = useMay('wallboard:update') && board.meta.owner !== 'file';
  const mayShare = useMay('wallboard:share');
  const mayRemove = useMay('wallboard:delete') && board.meta.owner !== 'file';
  const [base, setBase] = useState(board);
  const [title, setTitle] = useState(board.title);
  const [tiles, setTiles] = useState<readonly DraftTile[]>(board.tiles);
  const [chosen, setChosen] = useState(board.tiles.length > 0 ? 0 : -1);
  const [isSharing, setSharing] = useState(false);
  const isChanged = JSON.stringify(bodyOf(title, tiles)) !== JSON.stringify(bodyOf(base.title, base.tiles));
  const take = (taken: WallboardEntity) => {
    setBase(taken);
    setTitle(taken.title);
    setTiles(taken.tiles);
    setChosen((at) => Math.min(at, taken.tiles.length - 1));
  };
  // Somebody else's change is taken at once while there is none of one's own.
  useEffect(() => {
    if (!isChanged && board.meta.revision !== base.meta.revision) take(board);
  });
  useEffect(() => {
    if (!isChanged) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isChanged]);
  const path = `/wallboards/${encodeURIComponent(board.name)}`;
  const save = useMutation({
    mutationFn: (revision: number) =>
      ask<WallboardEntity>(path, { method: 'PATCH', body: bodyOf(title, tiles), revision }),
    onSuccess: (taken) => {
      take(taken);
      message.success(say('saved'));
      return client.invalidateQueries({ queryKey: WALLBOARDS });
    },
    onError: (error) => {
      if (!isConflict(error)) message.error(<ProblemText error={error} />);
    },
  });
  const reload = async () => {
    const fresh = await ask<WallboardEntity>(path);
    take(fresh);
    save.reset();
    return fresh;
  };
  const remove = useMutation({
    mutationFn: () => ask(path, { method: 'DELETE', revision: base.meta.revision }),
    onSuccess: () => {
      message.success(say('removed', { name: base.title }));
      return client.invalidateQueries({ queryKey: WALLBOARDS });
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const figures = useFigures(tiles);
  const add = () => {
    const place = freePlace(tiles, 3, 2) ?? freePlace(tiles, 1, 1);
    if (!place) return void message.warning(say('full'));
    setTiles([...tiles, { ...NEW_TILE, ...place }]);
    setChosen(tiles.length);
  };
  const change = (at: number, changed: Partial<DraftTile>) => setTiles(withTile(tiles, at, changed));
  const removeTile = (at: number) => {
    setTiles(tiles.filter((_, index) => index !== at));
    setChosen(Math.min(at, tiles.length - 2));
  };
  const tile = tiles[chosen];
  return (
    <>
      <div className="board-bar">
        <Input
          className="board-title"
          aria-label={say('boardTitle')}
          value={title}
          maxLength={60}
          disabled={!mayChange}
          onChange={({ target }) => setTitle(target.value)}
        />
        {mayChange && (
          <Button icon={<PlusOutlined />} onClick={add}>
            {say('addTile')}
          </Button>
        )}
        {mayShare && (
          <Button icon={<LinkOutlined />} onClick={() => setSharing(true)}>
            {say('links')}
          </Button>
        )}
        {mayRemove && (
          <Button
            icon={<DeleteOutlined />}
            aria-label={say('remove')}
            title={say('remove')}
            onClick={() =>
              modal.confirm({
                title: say('removeTitle', { name: base.title }),
                content: say('removeDetail'),
                okText: say('remove'),
                okButtonProps: { danger: true },
                onOk: () => remove.mutateAsync().catch(() => undefined),
              })
            }
          />
        )}
        <span className="board-space" />
        {isChanged && <span className="faint small">{say('unsaved')}</span>}
        {mayChange && (
          <Button
            type="primary"
            disabled={!isChanged || title.trim() === ''}
            loading={save.isPending}
            onClick={() => save.mutate(base.meta.revision)}
          >
            {say('save')}
          </Button>
        )}
      </div>
      {board.meta.file !== null && (
        <Alert type="info" showIcon title={say('ownedByFile', { file: board.meta.file })} />
      )}
      {isConflict(save.error) && (
        <Alert
          type="warning"
          showIcon
          title={say('changed')}
          action={
            <span className="board-acts">
              <Button size="small" onClick={() => void reload()}>
                {say('reload')}
              </Button>
              <Button
                size="small"
                danger
                onClick={async () => {
                  const { meta } = await ask<WallboardEntity>(path);
                  save.mutate(meta.revision);
                }}
              >
                {say('overwrite')}
              </Button>
            </span>
          }
        />
      )}
      <div className="board-panes">
        <Canvas
          tiles={tiles}
          values={figures}
          chosen={chosen}
          choose={setChosen}
          isFixed={!mayChange}
          place={(at, place) => change(at, place)}
          remove={removeTile}
        />
        <aside className="card board-form" aria-label={say('tile')}>
          <h2>{say('tile')}</h2>
          {tile ? (
            <TileForm
              key={chosen}
              tile={tile}
              isFixed={!mayChange}
              change={(changed) => change(chosen, changed)}
              remove={() => removeTile(chosen)}
            />
          ) : (
            <p className="faint">{say('chooseTile')}</p>
          )}
        </aside>
      </div>
      {isSharing && <Links board={base} close={() => setSharing(false)} />}
    </>
  );
}

const isConflict = (error: unknown) => error instanceof ApiError && error.code === 'changed-meanwhile';

/** Figures of the tiles as they stand in the draft; null as long as they are not known. */
function useFigures(tiles: readonly DraftTile[]): readonly (number | null)[] {
  const { company } = useSession();
  const wishes = tiles.map(({ metric, queues, window }) => ({ metric, queues, window }));
  const { data } = useQuery({
    queryKey: ['wallboard-figures', company, wishes],
    enabled: tiles.length > 0,
    refetchInterval: FIGURES_EVERY_MS,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    queryFn: ({ signal }) =>
      ask<{ readonly values: readonly (number | null)[] }>('/wallboard-figures', {
        method: 'POST',
        body: { tiles: wishes },
        signal,
      }),
  });
  return data?.values ?? [];
}
