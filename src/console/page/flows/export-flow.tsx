import ExportOutlined from '@ant-design/icons/es/icons/ExportOutlined';
import { Button, Dropdown } from 'antd';
import { useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { compact, type Doc, type Kinds } from './model/tree.ts';
import { typescriptOf } from './model/typescript.ts';
import { flowWords } from './words.ts';

interface ExportFlowProps {
  readonly number: string;
  /** As it is edited now. */
  readonly now: () => Doc;
  readonly kinds: Kinds;
}

/** The flow as it is edited, saved or not, as a file. */
export function ExportFlow({ number, now, kinds }: ExportFlowProps) {
  const say = useSay(flowWords);
  const { company } = useSession();
  const files = {
    json: () => ({
      name: `hotline-${number}.json`,
      type: 'application/json',
      text: `${JSON.stringify({ number, ...compact(now(), kinds) }, null, 2)}\n`,
    }),
    typescript: () => ({
      name: `hotline-${number}.ts`,
      type: 'text/plain',
      text: typescriptOf({ number, tenant: company, doc: compact(now(), kinds) }),
    }),
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: (['json', 'typescript'] as const).map((form) => ({
          key: form,
          label: say(`export-${form}`),
          onClick: () => save(files[form]()),
        })),
      }}
    >
      <Button icon={<ExportOutlined />}>{say('export')}</Button>
    </Dropdown>
  );
}

function save({ name, type, text }: { readonly name: string; readonly type: string; readonly text: string }) {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
