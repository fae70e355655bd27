import { Alert, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useSay } from '../../i18n/language.tsx';
import { flowWords } from './words.ts';

interface PublishProps {
  readonly number: string;
  readonly warnings: number;
  readonly isPending: boolean;
  readonly close: () => void;
  readonly publish: (comment: string) => void;
}

/** Publishes with a message; with warnings, why nevertheless. */
export function PublishDialog({ number, warnings, isPending, close, publish }: PublishProps) {
  const say = useSay(flowWords);
  const [comment, setComment] = useState('');
  const isMissing = warnings > 0 && comment.trim() === '';
  return (
    <Modal
      open
      title={say('publishTitle', { number })}
      okText={say('publish')}
      okButtonProps={{ disabled: isMissing, loading: isPending }}
      onOk={() => publish(comment.trim())}
      onCancel={close}
      width={480}
    >
      <p>{say('publishDetail')}</p>
      {warnings > 0 && <Alert type="warning" showIcon title={say('reasonHint', { n: warnings })} />}
      <Form layout="vertical" className="publish-form">
        <Form.Item
          label={warnings > 0 ? say('reason') : say('comment')}
          required={warnings > 0}
          htmlFor="publish-comment"
        >
          <Input.TextArea
            id="publish-comment"
            autoFocus
            maxLength={500}
            rows={3}
            value={comment}
            onChange={({ target }) => setComment(target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
