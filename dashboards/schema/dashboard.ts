// The dashboards of Gradus in the words of Grafana's published types: only the kinds of panel, variable,
// query and transformation that we use, and each with its own options where the published type says `any`.

import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as text from "@grafana/grafana-foundation-sdk/text";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { Unit } from "./units";

/** A data source is a reference, never a name. */
export interface DataSource {
    type: string;
    uid: string;
}

export type Query = Omit<prometheus.Dataquery, "_implementsDataqueryVariant" | "datasource" | "refId"> & {
    datasource: DataSource;
    refId: string;
};

/** A link on a value. */
export interface DataLink {
    title: string;
    url: string;
    targetBlank?: boolean;
}

type Field<Custom> = Omit<grafana.FieldConfig, "unit" | "links" | "custom"> & {
    unit?: Unit;
    links?: DataLink[];
    custom?: Custom;
};

export type Property =
    | { id: "unit"; value: Unit }
    | { id: "displayName"; value: string }
    | { id: "noValue"; value: string }
    | { id: "decimals" | "min" | "max"; value: number }
    | { id: "color"; value: grafana.FieldColor }
    | { id: "mappings"; value: grafana.ValueMapping[] }
    | { id: "thresholds"; value: grafana.ThresholdsConfig }
    | { id: "links"; value: DataLink[] }
    | { id: "custom.width"; value: number }
    | { id: "custom.align"; value: common.FieldTextAlignment }
    | { id: "custom.cellOptions"; value: common.TableCellOptions };

export interface Override {
    matcher: { id: "byName" | "byRegexp" | "byFrameRefID"; options: string };
    properties: Property[];
}

export type Transformation =
    | { id: "merge"; options: {} }
    | { id: "sortBy"; options: { sort: { field: string; desc?: boolean }[] } }
    | {
          id: "organize";
          options: {
              excludeByName: Record<string, boolean>;
              indexByName: Record<string, number>;
              renameByName: Record<string, string>;
          };
      };

type Shown<Kind extends string, Options> = Omit<
    grafana.Panel,
    "type" | "datasource" | "targets" | "options" | "fieldConfig" | "transformations" | "id" | "title" | "gridPos"
> & {
    type: Kind;
    id: number;
    title: string;
    gridPos: grafana.GridPos;
    options: Options;
};

type Asking<Kind extends string, Options, Custom> = Shown<Kind, Options> & {
    datasource: DataSource;
    targets: Query[];
    fieldConfig: { defaults: Field<Custom>; overrides: Override[] };
    transformations?: Transformation[];
};

/** A type that several modules publish under one name, without its name. */
type Of<Type> = Omit<Type, never>;

interface Nothing {}

type Panel =
    | Asking<"stat", Of<stat.Options>, Nothing>
    | Asking<"bargauge", Of<bargauge.Options>, Nothing>
    | Asking<"state-timeline", Of<statetimeline.Options>, Of<statetimeline.FieldConfig>>
    | Asking<"table", Of<table.Options>, common.TableFieldOptions>
    | Asking<"timeseries", Of<timeseries.Options>, common.GraphFieldConfig>
    | Shown<"text", Of<text.Options>>;

type DatasourceVariable = Omit<grafana.VariableModel, "type" | "query" | "datasource"> & {
    type: grafana.VariableType.Datasource;
    query: string;
};

type QueryVariable = Omit<grafana.VariableModel, "type" | "query" | "datasource"> & {
    type: grafana.VariableType.Query;
    datasource: DataSource;
    query: { query: string; refId: string };
};

type Annotation = Omit<grafana.AnnotationQuery, "datasource" | "target" | "expr" | "step"> & {
    datasource: DataSource;
    target: Query;
};

/** A span of time with its unit: `30s`, `5m`, `1h`, `1d`. @pattern ^[0-9]+[smhd]$ */
type Duration = string;

/** A dashboard as Gradus ships it. */
export type Dashboard = Omit<
    grafana.Dashboard,
    "panels" | "templating" | "annotations" | "refresh" | "uid" | "title" | "snapshot"
> & {
    uid: string;
    title: string;
    refresh: Duration;
    panels: Panel[];
    templating: { list: (DatasourceVariable | QueryVariable)[] };
    annotations: { list: Annotation[] };
};
