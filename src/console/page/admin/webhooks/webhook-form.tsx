import { Input, Radio, Select } from 'antd';
import { useId } from 'react';
import { useMay } from '../../../api/session.tsx';
import { useSay } from '../../../i18n/language.tsx';
import { eventWords, topicWords, webhooksWords } from './words.ts';
import '../../../kit/entity/entity.css';

export interface WebhookFields {
  readonly title: string;
  readonly url: string;
  readonly topics: readonly string[];
  readonly types: readonly string[];
  readonly numbers: 'masked' | 'whole';
}

interface FormProps {
  readonly value: WebhookFields;
  readonly change: (value: WebhookFields) => void;
  readonly isTried: boolean;
  readonly isReadOnly?: boolean;
}

/** Where events go, and which. */
export function WebhookForm({ value, change, isTried, isReadOnly = false }: FormProps) {
  const say = useSay(webhooksWords);
  const sayTopic = useSay(topicWords);
  const sayEvent = useSay(eventWords);
  const maySeeNumbers = useMay('number:read');
  const id = useId();
  const topics = Object.keys(topicWords.texts.en) as (keyof (typeof topicWords)['texts']['en'])[];
  const events = Object.keys(eventWords.texts.en) as (keyof (typeof eventWords)['texts']['en'])[];
  const text = (field: 'title' | 'url', label: string, most: number, help?: string) => {
    const isMissing = isTried && value[field].trim() === '';
    return (
      <div className={`entity-field${isMissing ? ' is-wrong' : ''}`}>
        <span className="entity-label">
          <label htmlFor={`${id}-${field}`}>{label}</label>
          <span className="entity-must small">{say('needed')}</span>
        </span>
        <Input
          id={`${id}-${field}`}
          maxLength={most}
          disabled={isReadOnly}
          {...(isMissing && { status: 'error' as const })}
          value={value[field]}
          onChange={({ target }) => change({ ...value, [field]: target.value })}
        />
        {isMissing ? (
          <span className="entity-fault small" role="alert">
            {say('needed')}
          </span>
        ) : (
          help && <span className="entity-help faint small">{help}</span>
        )}
      </div>
    );
  };
  return (
    <div className="entity-form">
      {text('title', say('name'), 200)}
      <div className="entity-grid">
        <div className="entity-field is-wide">{text('url', say('url'), 2000, say('urlHelp'))}</div>
        <div className="entity-field">
          <span className="entity-label">
            <label htmlFor={`${id}-topics`}>{say('topics')}</label>
          </span>
          <Select
            id={`${id}-topics`}
            aria-label={say('topics')}
            className="entity-wide"
            mode="tags"
            disabled={isReadOnly}
            placeholder={say('topicsAll')}
            value={[...value.topics]}
            onChange={(chosen: string[]) => change({ ...value, topics: chosen })}
            options={topics.map((each) => ({ value: each, label: sayTopic(each) }))}
          />
        </div>
        <div className="entity-field">
          <span className="entity-label">
            <label htmlFor={`${id}-types`}>{say('types')}</label>
          </span>
          <Select
            id={`${id}-types`}
            aria-label={say('types')}
            className="entity-wide"
            mode="multiple"
            disabled={isReadOnly}
            placeholder={say('typesAll')}
            showSearch={{ optionFilterProp: 'label' }}
            value={[...value.types]}
            onChange={(chosen: string[]) => change({ ...value, types: chosen })}
            options={events
              .filter((each) => each !== 'webhook.test')
              .map((each) => ({ value: each, label: sayEvent(each) }))}
          />
        </div>
        <div className="entity-field is-wide">
          <span className="entity-label">{say('numbers')}</span>
          <Radio.Group
            aria-label={say('numbers')}
            disabled={isReadOnly}
            value={value.numbers}
            onChange={({ target }) => change({ ...value, numbers: target.value })}
            options={[
              { value: 'masked', label: say('masked') },
              { value: 'whole', label: say('whole'), disabled: !maySeeNumbers },
            ]}
          />
        </div>
      </div>
    </div>
  );
}
