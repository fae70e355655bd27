import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { useSession } from '../../api/session.tsx';
import { useSay } from '../../i18n/language.tsx';
import { StepForm, StepHead } from './step-form.tsx';
import type { StepProps } from './steps.ts';
import { setupWords } from './words.ts';

interface Asked {
  readonly name: string;
  readonly id: string;
  readonly areaCode?: string;
}

/** The company: the operator makes it, its own people see what it is. */
export function CompanyStep({ setup: { company }, next }: StepProps) {
  const say = useSay(setupWords);
  const client = useQueryClient();
  const { may, choose, zone } = useSession();
  const [isAdding, setAdding] = useState(false);
  const mayAdd = may('tenant:create');
  if (company && !isAdding)
    return (
      <>
        <StepHead title={say('company')} text={say('companyIs')} />
        <dl className="setup-facts">
          <div>
            <dt>{say('companyName')}</dt>
            <dd>{company.name || company.id}</dd>
          </div>
          <div>
            <dt>{say('companyId')}</dt>
            <dd>{company.id}</dd>
          </div>
          <div>
            <dt>{say('areaCode')}</dt>
            <dd>{company.areaCode ?? say('none')}</dd>
          </div>
          <div>
            <dt>{say('zone')}</dt>
            <dd>{zone}</dd>
          </div>
        </dl>
        <div className="setup-acts">
          <Button type="primary" onClick={next}>
            {say('on')}
          </Button>
          {mayAdd && <Button onClick={() => setAdding(true)}>{say('anotherCompany')}</Button>}
        </div>
      </>
    );
  return (
    <StepForm<Asked>
      title={say('company')}
      text={say('companyText', { zone })}
      initial={{}}
      fieldOf={{ id: '/id', name: '/name', areaCode: '/areaCode' }}
      save={async ({ name, id, areaCode }) => {
        const body = { id, name: name.trim(), ...(areaCode && { areaCode }) };
        await ask('/tenants', { method: 'POST', body, ofAll: true });
        await client.invalidateQueries({ queryKey: ['companies'] });
        choose(id);
      }}
      saved={() => {
        setAdding(false);
        next();
      }}
      more={company && <Button onClick={() => setAdding(false)}>{say('cancel')}</Button>}
    >
      <Form.Item
        name="name"
        label={say('companyName')}
        rules={[{ required: true, whitespace: true, message: say('required') }]}
      >
        <Input autoFocus maxLength={64} />
      </Form.Item>
      <Form.Item
        name="id"
        label={say('companyId')}
        extra={say('companyIdHint')}
        rules={[
          { required: true, pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, message: say('companyIdWrong') },
        ]}
      >
        <Input maxLength={32} autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item
        name="areaCode"
        label={say('areaCode')}
        extra={say('areaCodeHint')}
        rules={[{ pattern: /^0\d{2,3}$/, message: say('areaCodeWrong') }]}
      >
        <Input className="setup-short" maxLength={4} inputMode="numeric" />
      </Form.Item>
    </StepForm>
  );
}
