/**
 * Every name that package.json and the code must agree on. The manifest test compares both sides, and a wrong name
 * does not compile.
 */

export const Commands = {
  scanFile: 'seep.scanFile',
  scanCorpus: 'seep.scanCorpus',
  openSummary: 'seep.openSummary',
  cancelScan: 'seep.cancelScan',
  clearMarks: 'seep.clearMarks',
  clearResults: 'seep.clearResults',
  nextLeak: 'seep.nextLeak',
  previousLeak: 'seep.previousLeak',
  nextRecord: 'seep.nextRecord',
  previousRecord: 'seep.previousRecord',
  openDistributions: 'seep.openDistributions',
  dropRecord: 'seep.dropRecord',
  redactLeak: 'seep.redactLeak',
  maskLeak: 'seep.maskLeak',
  ignoreLeak: 'seep.ignoreLeak',
  markReviewed: 'seep.markReviewed',
  leaveOutRecord: 'seep.leaveOutRecord',
  actOnAll: 'seep.actOnAll',
  takeBack: 'seep.takeBack',
  undoDecision: 'seep.undoDecision',
  showDecisions: 'seep.showDecisions',
  revealLeak: 'seep.revealLeak',
  groupByFact: 'seep.leaks.groupByFact',
  groupByRecord: 'seep.leaks.groupByRecord',
  filterLeaks: 'seep.leaks.filter',
  clearFilter: 'seep.leaks.clearFilter',
  calibrate: 'seep.calibrate',
  calibrateWithControl: 'seep.calibrateWithControl',
  auditFilter: 'seep.auditFilter',
  auditSelected: 'seep.auditSelected',
  openAudit: 'seep.openAudit',
  probeModels: 'seep.probeModels',
  exportRedactions: 'seep.exportRedactions',
  exportMasks: 'seep.exportMasks',
  exportClean: 'seep.exportClean',
  exportReport: 'seep.exportReport',
  openDemo: 'seep.openDemo',
  createConfig: 'seep.createConfig',
  importForgetSet: 'seep.importForgetSet',
  showMenu: 'seep.showMenu',
  showLog: 'seep.showLog',
  restartEngine: 'seep.restartEngine',
  doctor: 'seep.doctor',
  explainGpu: 'seep.explainGpu',
} as const;
export type CommandId = (typeof Commands)[keyof typeof Commands];

export const Views = { leaks: 'seep.leaks' } as const;

export const STATUS_ITEM = 'seep.status';
/** Kinds of webview pages. Each has its folder in webview-ui/pages and an activation event, by which it outlives a reload. */
export const PageTypes = {
  distributions: 'seep.distributions',
  summary: 'seep.summary',
  audit: 'seep.audit',
  probe: 'seep.probe',
} as const;
export type PageName = keyof typeof PageTypes;
/** The editor that shows HTML reports. */
export const REPORT_EDITOR = 'seep.report';
/** Scheme of texts that show what would become of a file. */
export const PREVIEW_SCHEME = 'seep-preview';
/** Scheme of texts that show one record of a file. */
export const RECORD_SCHEME = 'seep-record';

/** Context keys that menus, keybindings and welcome views are gated by. */
export const ContextKeys = {
  /** The file in the active editor has marks. */
  fileHasLeaks: 'seep.fileHasLeaks',
  /** Some scan is under way. */
  scanning: 'seep.scanning',
  /** Some file has been scanned in this session. */
  hasResults: 'seep.hasResults',
  /** The file in the active editor has a seep.json in its folder or above. */
  projectFile: 'seep.projectFile',
  /** There is a seep.json for the active file or at the top of a workspace folder. */
  hasProject: 'seep.hasProject',
  /** 'fact' or 'record'. */
  grouping: 'seep.leaks.grouping',
  /** The Leaks view shows only entries that match a text. */
  filtered: 'seep.leaks.filtered',
} as const;
export type ContextKey = (typeof ContextKeys)[keyof typeof ContextKeys];

/** Setting names behind `seep.`; their types are in settings.ts. */
export const Settings = {
  provider: 'provider',
  threads: 'threads',
  cache: 'cache',
  codeLens: 'codeLens',
  problems: 'problems',
  rescanOnEdit: 'rescanOnEdit',
  redactWith: 'redactWith',
} as const;

/** Theme colours; each has a default for dark, light and both high-contrast themes. */
export const Colors = {
  shadowLow: 'seep.shadowLow',
  shadowLowBorder: 'seep.shadowLowBorder',
  shadowMedium: 'seep.shadowMedium',
  shadowMediumBorder: 'seep.shadowMediumBorder',
  shadowHigh: 'seep.shadowHigh',
  shadowHighBorder: 'seep.shadowHighBorder',
  statedLow: 'seep.statedLow',
  statedLowBorder: 'seep.statedLowBorder',
  statedMedium: 'seep.statedMedium',
  statedMediumBorder: 'seep.statedMediumBorder',
  statedHigh: 'seep.statedHigh',
  statedHighBorder: 'seep.statedHighBorder',
  selectedToken: 'seep.selectedToken',
} as const;
export type ColorId = (typeof Colors)[keyof typeof Colors];

/** Keys of what is kept between sessions. */
export const Memory = {
  /** A file to open after the window has reloaded on another folder. */
  openAfterReload: 'seep.openAfterReload',
  grouping: 'seep.leaks.grouping',
  /** Scans of a corpus that were under way when the window closed. */
  unfinishedScans: 'seep.unfinishedScans',
  /** What the filter of each project was last audited with. */
  audits: 'seep.audits',
} as const;

export const CONFIG_FILE = 'seep.json';
