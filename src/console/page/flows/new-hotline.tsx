import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Radio } from 'antd';
import { ask } from '../../api/ask.ts';
import { useLanguage, useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { FLOWS, pathOfHotline } from './flow-queries.ts';
import { TEMPLATES } from './templates.ts';
import { flowWords } from './words.ts';

interface NewHotlineProps {
  readonly close: () => void;
  readonly made: (number: string) => void;
}

interface Asked {
  readonly number: string;
  readonly name?: string;
  readonly template: string;
}

/** A new 400 number. Until its draft is published it says goodbye; the template is the draft, and may name what is to be made yet. */
export function NewHotline({ close, made }: NewHotlineProps) {
  const say = useSay(flowWords);
  const { language } = useLanguage();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Asked>();
  const add = useMutation({
    mutationFn: async ({ number, name, template }: Asked) => {
      const called = name?.trim() ? { name: name.trim() } : {};
      const flow = { type: 'hangup', cause: 'normal', prompt: 'goodbye' };
      await ask('/hotlines', { method: 'POST', body: { number, ...called, flow } });
      const { doc } = TEMPLATES.find(({ key }) => key === template)!;
      await ask(`${pathOfHotline(number)}/draft`, {
        method: 'PUT',
        body: { hotline: { ...called, ...doc } },
      });
      return number;
    },
    onSuccess: async (number) => {
      await client.invalidateQueries({ queryKey: FLOWS });
      made(number);
    },
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  return (
    <Modal
      open
      width={520}
      title={say('add')}
      okText={say('create')}
      okButtonProps={{ loading: add.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ template: 'shop' }}
        onFinish={(asked) => add.mutate(asked)}
      >
        <Form.Item
          name="number"
          label={say('number')}
          rules={[{ required: true, pattern: /^\d{3,20}$/, message: say('numberHint') }]}
        >
          <Input autoFocus maxLength={20} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="name" label={say('name')}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="template" label={say('startFrom')}>
          <Radio.Group className="templates">
            {TEMPLATES.map(({ key, name, about }) => (
              <Radio key={key} value={key} className="template">
                <strong>{name[language]}</strong>
                <span className="faint small">{about[language]}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
      </Form>
    </Modal>
  );
}
