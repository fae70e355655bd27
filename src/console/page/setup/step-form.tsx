/** What the steps of the wizard have in common: a heading, the fields, what is wrong with them, and the way on. */
import { Alert, Button, Form, type FormInstance } from 'antd';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/ask.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../../kit/states.tsx';
import { setupWords } from './words.ts';

interface HeadProps {
  readonly title: string;
  readonly text: string;
}

export function StepHead({ title, text }: HeadProps) {
  return (
    <header className="setup-head">
      <h2>{title}</h2>
      <p className="faint">{text}</p>
    </header>
  );
}

/** Fields of the form by what the server calls them: `/addresses` for `/addresses/0`. */
export type FieldOf = Readonly<Record<string, string>>;

/** Faults that the server tells stand at their fields; what belongs to none is returned. */
export function tellFaults<Asked>(
  form: FormInstance<Asked>,
  error: unknown,
  fieldOf: FieldOf,
  refused: (why: string) => string,
): unknown {
  if (!(error instanceof ApiError)) return error;
  const faults = error.problem?.errors ?? [];
  const told = new Map<string, string[]>();
  const isTold = faults.every(({ pointer, detail, fix }) => {
    const [at] =
      Object.entries(fieldOf).find(([, of]) => pointer === of || pointer.startsWith(`${of}/`)) ?? [];
    if (at === undefined) return false;
    told.set(at, [...(told.get(at) ?? []), refused(fix ? `${detail}; ${fix}` : detail)]);
    return true;
  });
  const fields = [...told].map(([name, errors]) => ({ name, errors }));
  form.setFields(fields as Parameters<typeof form.setFields>[0]);
  return isTold && faults.length > 0 ? undefined : error;
}

interface StepFormProps<Asked> extends HeadProps {
  readonly initial: Partial<Asked>;
  readonly fieldOf: FieldOf;
  /** Saves what was asked. */
  readonly save: (asked: Asked) => Promise<void>;
  readonly saved: () => void;
  /** What the button does. */
  readonly verb?: string;
  /** Why it cannot be done yet. */
  readonly obstacle?: ReactNode;
  readonly more?: ReactNode;
  readonly children: ReactNode | ((form: FormInstance<Asked>) => ReactNode);
}

export function StepForm<Asked extends object>(props: StepFormProps<Asked>) {
  const { title, text, initial, fieldOf, save, saved, obstacle, more, children } = props;
  const say = useSay(setupWords);
  const [form] = Form.useForm<Asked>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (asked: Asked): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await save(asked);
      saved();
    } catch (failure) {
      setError(tellFaults(form, failure, fieldOf, (why) => say('refused', { why })));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <StepHead title={title} text={text} />
      <Form<Asked>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        onFinish={(asked) => void submit(asked)}
      >
        {typeof children === 'function' ? children(form) : children}
        {error !== undefined && (
          <Alert className="setup-problem" type="error" showIcon title={<ProblemText error={error} />} />
        )}
        {obstacle}
        <div className="setup-acts">
          <Button type="primary" htmlType="submit" loading={isBusy} disabled={Boolean(obstacle)}>
            {props.verb ?? say('saveOn')}
          </Button>
          {more}
        </div>
      </Form>
    </>
  );
}
