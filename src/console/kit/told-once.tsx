import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';
import { Alert, App, Button, Modal } from 'antd';
import { useSay } from '../i18n/language.tsx';
import { kitWords } from './words.ts';
import './told-once.css';

export interface ToldFact {
  readonly label: string;
  readonly value: string;
  readonly isSecret?: boolean;
}

interface ToldProps {
  readonly title: string;
  readonly text: string;
  readonly facts: readonly ToldFact[];
  readonly close: () => void;
}

/** A secret that nobody is told again: it stays until somebody says that he has it. */
export function ToldOnce({ title, text, facts, close }: ToldProps) {
  const say = useSay(kitWords);
  const { message } = App.useApp();
  const copy = (value: string) =>
    void navigator.clipboard?.writeText(value).then(() => message.success(say('copied')));
  const all = facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
  return (
    <Modal
      open
      width={480}
      title={title}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={[
        facts.length > 1 && (
          <Button key="copy" icon={<CopyOutlined />} onClick={() => copy(all)}>
            {say('copyAll')}
          </Button>
        ),
        <Button key="close" type="primary" onClick={close}>
          {say('haveIt')}
        </Button>,
      ]}
    >
      <div className="told">
        <Alert type="warning" showIcon title={text} />
        <dl>
          {facts.map(({ label, value, isSecret = false }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {isSecret ? <code className="told-secret">{value}</code> : value}
                {isSecret && (
                  <Button
                    size="small"
                    icon={<CopyOutlined />}
                    aria-label={say('copyOf', { what: label })}
                    onClick={() => copy(value)}
                  >
                    {say('copy')}
                  </Button>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Modal>
  );
}
