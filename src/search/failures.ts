/** Errors of trainings, which travel between threads and machines as plain data. */
import { codedError, type ErrorCode } from '../foundation/errors.js';
import type { TaskFailure } from './task.js';

const CODE = /^ERR_[A-Z_]+$/;

/** The error of a training again. */
export function taskError(where: string, { code, message }: TaskFailure): Error {
  const text = `${where}: ${message}`;
  return CODE.test(code) ? codedError(code as ErrorCode, text) : new Error(text);
}
