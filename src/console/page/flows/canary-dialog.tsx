import { Form, Input, InputNumber, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { flowWords } from './words.ts';

interface CanaryProps {
  readonly close: () => void;
  readonly start: (canary: object) => Promise<void>;
}

/** Whose calls go by the draft (灰度): a share of the callers, or some by their numbers. */
export function CanaryDialog({ close, start }: CanaryProps) {
  const say = useSay(flowWords);
  const [by, setBy] = useState<'percent' | 'callers'>('percent');
  const [percent, setPercent] = useState(10);
  const [callers, setCallers] = useState('');
  const [isPending, setPending] = useState(false);
  const numbers = callers.split(/[\s,，、]+/).filter((each) => each !== '');
  const isGood =
    by === 'percent' || (numbers.length > 0 && numbers.every((each) => /^\+?\d{3,20}$/.test(each)));
  const done = async () => {
    setPending(true);
    await start(by === 'percent' ? { percent } : { callers: numbers }).finally(() => setPending(false));
  };
  return (
    <Modal
      open
      title={say('canaryTitle')}
      okText={say('startCanary')}
      okButtonProps={{ disabled: !isGood, loading: isPending }}
      onOk={() => void done()}
      onCancel={close}
      width={440}
    >
      <Segmented<'percent' | 'callers'>
        value={by}
        onChange={(value) => setBy(value)}
        options={[
          { value: 'percent', label: say('canaryPercent') },
          { value: 'callers', label: say('canaryCallers') },
        ]}
      />
      <Form layout="vertical" className="publish-form">
        {by === 'percent' ? (
          <Form.Item label={say('canaryPercent')} extra={say('canaryPercentHint')} htmlFor="canary-percent">
            <InputNumber<number>
              id="canary-percent"
              min={0}
              max={100}
              suffix="%"
              value={percent}
              onChange={(value) => setPercent(value ?? 0)}
            />
          </Form.Item>
        ) : (
          <Form.Item label={say('canaryCallers')} extra={say('canaryCallersHint')} htmlFor="canary-callers">
            <Input.TextArea
              id="canary-callers"
              rows={4}
              value={callers}
              onChange={({ target }) => setCallers(target.value)}
            />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
