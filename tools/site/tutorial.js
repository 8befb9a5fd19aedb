/**
 * The prose of the tutorial for the search of the site, which knows only pages of Markdown: a heading for each chapter, and the text below it.
 * Figures, buttons in them and numbers that the page computes are left out. Knows no VitePress.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './pages.js';

const FOLDER = path.join(root, 'docs/.vitepress/theme/learn');
const FIGURE = /<template #figure>[\s\S]*?\n {4}<\/template>/;
/** Attributes may hold what looks like the end of an element. */
const ELEMENT = /<\/?[A-Za-z](?:"[^"]*"|[^">])*>/g;

/** @param {string} file */
function templateOf(file) {
  const [, template = ''] =
    /\n<template>\n([\s\S]*)<\/template>/.exec(readFileSync(path.join(FOLDER, file), 'utf8')) ?? [];
  return template;
}

/** What a reader reads of a template. @param {string} template */
function textOf(template) {
  return template
    .replace(FIGURE, '')
    .replace(/\{\{[\s\S]*?\}\}/g, '')
    .replace(/<\/t[hd]>/g, ' ')
    .replace(ELEMENT, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A heading as VitePress's search finds it. @param {number} level @param {string} title @param {string} anchor @param {string} text */
function sectionOf(level, title, anchor, text) {
  return `<h${level}>${title} <a href="#${anchor}"></a></h${level}>\n<p>${text}</p>\n`;
}

/** The tutorial as plain HTML. */
export function tutorialHtml() {
  const page = readFileSync(path.join(FOLDER, 'LearnPage.vue'), 'utf8');
  const files = [...page.matchAll(/import\('\.\/(chapters\/\w+\.vue)'\)/g)].map(([, file = '']) => file);
  const chapters = files.map((file) => {
    const template = templateOf(file);
    const [, id = '', title = '', question = ''] =
      /<ChapterFrame id="(\w+)"[^>]* title="([^"]+)"[^>]* question="([^"]+)"/.exec(template) ?? [];
    return sectionOf(2, title, id, `${question} ${textOf(template)}`);
  });
  const [, title = '', lead = ''] = /<h1>([^<]+)<\/h1>([\s\S]*?)<nav/.exec(templateOf('LearnPage.vue')) ?? [];
  return [sectionOf(1, title, '', textOf(lead)), ...chapters].join('');
}
