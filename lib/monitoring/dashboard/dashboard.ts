import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Color,
  Dashboard,
  GraphWidget,
  TextWidget,
  TextWidgetBackground,
  type IAlarm,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { costGraphs } from './cost';
import { endpointGraphs } from './endpoint';
import { failingGraphs } from './failing';
import { flowGraphs } from './flow';
import type { Graph } from './graph';
import { latenessGraphs } from './lateness';
import { scoringGraphs } from './scoring';
import { trainingGraphs } from './training';
import type { Watched } from '../watched';

/** Units across a dashboard. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const gridWidth = 24;
const graphHeight = 6;

/** The questions, in the order in which one asks them; without graphs a question is not asked. */
const questions = [
  { heading: 'Is data flowing?', graphs: flowGraphs },
  { heading: 'How late is it?', graphs: latenessGraphs },
  { heading: 'What is failing?', graphs: failingGraphs },
  { heading: 'Are models made?', graphs: trainingGraphs },
  { heading: 'Are rows scored?', graphs: scoringGraphs },
  {
    heading: 'Does the model answer?',
    graphs: ({ endpoint }: Watched): readonly Graph[] => (endpoint === undefined ? [] : endpointGraphs(endpoint)),
  },
  { heading: 'What does it cost?', graphs: costGraphs },
] as const;

/** One page that answers some questions, each a heading with a row of graphs below; and above them the alarms, if there are any. */
export function dashboard(scope: Construct, id: string, watched: Watched, alarms: readonly IAlarm[]): Dashboard {
  const board = new Dashboard(scope, id, { dashboardName: watched.prefix, defaultInterval: Duration.hours(12) });
  if (alarms.length > 0) {
    board.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: [...alarms],
        sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        width: gridWidth,
        // Some eight of them stand in a line.
        height: 1 + Math.ceil(alarms.length / 8),
      }),
    );
  }
  const asked = questions.map(({ heading, graphs }) => ({ heading, graphs: graphs(watched) }));
  for (const { heading, graphs } of asked.filter((question) => question.graphs.length > 0)) {
    board.addWidgets(
      new TextWidget({ markdown: `## ${heading}`, width: gridWidth, height: 1, background: TextWidgetBackground.TRANSPARENT }),
    );
    board.addWidgets(...inLine(graphs));
  }
  return board;
}

/** Graphs side by side over the whole width. A row has at most four: more could not be read. */
function inLine(graphs: readonly Graph[]): IWidget[] {
  const rows = Math.ceil(graphs.length / 4);
  const perRow = Math.ceil(graphs.length / rows);
  return graphs.map(({ title, left, right = [], axis, rightAxis, limit }, index) => {
    const inThisRow = Math.min(perRow, graphs.length - Math.floor(index / perRow) * perRow);
    return new GraphWidget({
      title,
      left: [...left],
      right: [...right],
      leftYAxis: { label: axis, showUnits: false, min: 0 },
      ...(rightAxis !== undefined && { rightYAxis: { label: rightAxis, showUnits: false, min: 0 } }),
      ...(limit !== undefined && { leftAnnotations: [{ value: limit, label: 'Alarm', color: Color.RED }] }),
      width: Math.floor(gridWidth / inThisRow),
      height: graphHeight,
    });
  });
}
