import ArrowDownOutlined from '@ant-design/icons/es/icons/ArrowDownOutlined';
import ArrowUpOutlined from '@ant-design/icons/es/icons/ArrowUpOutlined';
import HolderOutlined from '@ant-design/icons/es/icons/HolderOutlined';
import TableOutlined from '@ant-design/icons/es/icons/TableOutlined';
import { Button, Checkbox, Popover } from 'antd';
import { type KeyboardEvent, useState } from 'react';
import { useSay } from '../i18n/language.tsx';
import type { ListColumn } from './list-column.ts';
import type { Views } from './use-views.ts';
import { moved } from './view-state.ts';
import { viewWords } from './view-words.ts';

interface ChooserProps<Row> {
  readonly columns: readonly ListColumn<Row>[];
  readonly views: Views;
}

/** Which columns a list shows, in which order: by mouse and by keyboard. */
export function ColumnChooser<Row>({ columns, views }: ChooserProps<Row>) {
  const say = useSay(viewWords);
  return (
    <Popover trigger="click" placement="bottomRight" content={<Choices columns={columns} views={views} />}>
      <Button className="query-columns" icon={<TableOutlined />}>
        {say('columns')}
      </Button>
    </Popover>
  );
}

function Choices<Row>({ columns, views }: ChooserProps<Row>) {
  const say = useSay(viewWords);
  const [told, setTold] = useState('');
  const [dragged, setDragged] = useState<string>();
  const shown = views.columns;
  const titles = new Map(columns.map(({ key, title }) => [key, title]));
  // Those that are not shown stand below, in the list's own order.
  const order = [...shown, ...columns.map(({ key }) => key).filter((key) => !shown.includes(key))];
  const turn = (key: string, isShown: boolean) => {
    const next = isShown ? [...shown, key] : shown.filter((each) => each !== key);
    if (next.length > 0) views.showColumns(next);
  };
  const move = (key: string, to: number) => {
    const next = moved(shown, shown.indexOf(key), to);
    views.showColumns(next);
    setTold(say('movedTo', { column: titles.get(key)!, n: next.indexOf(key) + 1 }));
  };
  const keyDown = (event: KeyboardEvent, key: string) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || step === 0 || !shown.includes(key)) return;
    event.preventDefault();
    move(key, shown.indexOf(key) + step);
  };
  return (
    <div className="columns" role="dialog" aria-label={say('columnsTitle')}>
      <b>{say('columnsTitle')}</b>
      <p className="faint small">{say('columnsHint')}</p>
      <ul>
        {order.map((key) => {
          const at = shown.indexOf(key);
          const isShown = at >= 0;
          const column = titles.get(key)!;
          return (
            <li
              key={key}
              className={key === dragged ? 'columns-dragged' : ''}
              draggable={isShown}
              onDragStart={() => setDragged(key)}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(event) => {
                if (!isShown || dragged === undefined) return;
                event.preventDefault();
                if (dragged !== key) move(dragged, at);
              }}
              onKeyDown={(event) => keyDown(event, key)}
            >
              <span className={isShown ? 'columns-handle' : 'columns-none'} aria-hidden>
                <HolderOutlined />
              </span>
              <Checkbox
                checked={isShown}
                disabled={isShown && shown.length === 1}
                onChange={({ target }) => turn(key, target.checked)}
              >
                {column}
              </Checkbox>
              <span className="grow" />
              {isShown && (
                <>
                  <Button
                    type="text"
                    size="small"
                    icon={<ArrowUpOutlined />}
                    disabled={at === 0}
                    aria-label={say('up', { column })}
                    onClick={() => move(key, at - 1)}
                  />
                  <Button
                    type="text"
                    size="small"
                    icon={<ArrowDownOutlined />}
                    disabled={at === shown.length - 1}
                    aria-label={say('down', { column })}
                    onClick={() => move(key, at + 1)}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      <Button size="small" onClick={() => views.showColumns(undefined)}>
        {say('reset')}
      </Button>
      <span className="visually-hidden" role="status">
        {told}
      </span>
    </div>
  );
}
