"""QuickSight over the views: a data source with a role of its own, data sets, and an analysis to begin with.

Nothing of it is made unless the parameter `QuickSightPrincipal` names who may use it: QuickSight is paid for by user.
"""

# pyright: reportArgumentType=false
# (jsii calls parameters otherwise in its interfaces than in the classes that fulfil them)

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Aws, CfnCondition, CfnParameter, CfnResource, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_quicksight as quicksight
from aws_cdk import aws_s3 as s3

from accepted import accept
from catalog import DATABASE, VIEW_COLUMNS
from running import may_objects

SHEET, HISTOGRAM, PAIRS, PER_NAME = "duplicates", "similarities", "pairs", "names"
DATA_SETS = {"pairs": "matchingpairs", "faces": "matchingfaces"}
"""Views by what the analysis calls them."""

_KINDS = {"varchar": "STRING", "double": "DECIMAL", "bigint": "INTEGER"}
_MAY_DATA_SOURCE = (
    *("DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource", "UpdateDataSource"),
    *("DeleteDataSource", "UpdateDataSourcePermissions"),
)
_MAY_DATA_SET = (
    *("DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions"),
    *("UpdateDataSet", "DeleteDataSet", "CreateIngestion", "CancelIngestion", "UpdateDataSetPermissions"),
)
_MAY_ANALYSIS = (
    *("RestoreAnalysis", "UpdateAnalysisPermissions", "DeleteAnalysis", "DescribeAnalysisPermissions"),
    *("QueryAnalysis", "DescribeAnalysis", "UpdateAnalysis"),
)
"""What an owner of each may do, as QuickSight wants it written: all of it, or the permission is refused."""


def add_quicksight(stack: Stack, reports: s3.Bucket, folders: Mapping[str, str], notify_from: float) -> None:
    """Add all of it under its condition.

    `folders` are those of reports, decisions and queries in the bucket; pairs are shown from `notify_from` (0-100) on.
    """
    principal = CfnParameter(
        stack,
        "QuickSightPrincipal",
        default="",
        allowed_pattern=r"^$|^arn:aws[a-z-]*:quicksight:[a-z0-9-]+:[0-9]{12}:(user|group)/.+$",
        constraint_description="the ARN of a user or group of QuickSight, or nothing",
        description="Who gets the QuickSight analysis: the ARN of a user or group of QuickSight. Empty: nobody.",
    )
    wanted = CfnCondition(
        stack, "QuickSightIsWanted", expression=Fn.condition_not(Fn.condition_equals(principal.value_as_string, ""))
    )
    role = _role(stack, reports, folders)
    source = quicksight.CfnDataSource(
        stack,
        "QuickSightSource",
        aws_account_id=Aws.ACCOUNT_ID,
        data_source_id=f"{Aws.STACK_NAME}-athena",
        name=Aws.STACK_NAME,
        type="ATHENA",
        data_source_parameters=quicksight.CfnDataSource.DataSourceParametersProperty(
            athena_parameters=quicksight.CfnDataSource.AthenaParametersProperty(
                work_group=Aws.STACK_NAME, role_arn=role.attr_arn
            )
        ),
        permissions=[_permission(principal, _MAY_DATA_SOURCE)],
    )
    sets = {name: _data_set(stack, name, view, source, principal) for name, view in DATA_SETS.items()}
    analysis = quicksight.CfnAnalysis(
        stack,
        "QuickSightAnalysis",
        aws_account_id=Aws.ACCOUNT_ID,
        analysis_id=f"{Aws.STACK_NAME}-duplicates",
        name="The same person under different names",
        permissions=[_permission(principal, _MAY_ANALYSIS)],
    )
    made = cast("list[CfnResource]", [role, source, *sets.values(), analysis])
    made[-1].add_property_override("Definition", _in_cloudformation(_definition(sets, notify_from)))
    for one in made:
        one.cfn_options.condition = wanted
    _after_catalog(stack, cast("dict[str, CfnResource]", sets))


def _after_catalog(stack: Stack, sets: Mapping[str, CfnResource]) -> None:
    """A data set asks its view when it is made."""
    for name, made in sets.items():
        made.add_resource_dependency(cast("CfnResource", stack.node.find_child(f"View{DATA_SETS[name].title()}")))


def _role(stack: Stack, reports: s3.Bucket, folders: Mapping[str, str]) -> iam.CfnRole:
    """What QuickSight may read by, in place of what the account allows it everywhere."""

    def arn(service: str, what: str) -> str:
        return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{what}"

    def objects(*names: str) -> list[str]:
        return [reports.arn_for_objects(f"{folders[name]}/*") for name in names]

    views = [f"table/{DATABASE}/{view}" for view in (*VIEW_COLUMNS, "face_match_output", "decisions")]
    statements = [
        _statement(
            "Ask",
            [f"athena:{what}" for what in ("StartQueryExecution", "StopQueryExecution", "GetQueryExecution",
                                           "GetQueryResults", "GetQueryResultsStream", "GetWorkGroup")],
            [arn("athena", f"workgroup/{Aws.STACK_NAME}")],
        ),
        _statement("FindCatalog", ["athena:GetDataCatalog"], [arn("athena", "datacatalog/AwsDataCatalog")]),
        _statement(
            "FindTables",
            [f"glue:{what}" for what in ("GetDatabase", "GetDatabases", "GetTable", "GetTables", "GetPartitions")],
            [arn("glue", what) for what in ("catalog", f"database/{DATABASE}", *views)],
        ),
        _statement("ReadReports", ["s3:GetObject"], objects("reports", "decisions", "queries")),
        _statement("KeepAnswers", ["s3:PutObject", "s3:AbortMultipartUpload"], objects("queries")),
        _statement("ListReports", ["s3:ListBucket", "s3:GetBucketLocation"], [reports.bucket_arn]),
    ]  # fmt: skip
    role = iam.CfnRole(
        stack,
        "QuickSightRole",
        assume_role_policy_document={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "quicksight.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
                }
            ],
        },
        policies=[
            iam.CfnRole.PolicyProperty(
                policy_name="ReadReports", policy_document={"Version": "2012-10-17", "Statement": statements}
            )
        ],
    )
    accept(
        role,
        "Reports are named by their pictures, answers by Athena; the role may reach those of their folders alone.",
        *may_objects("", reports, [], [folders[name] for name in ("reports", "decisions", "queries")]).findings,
    )
    return role


def _statement(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


def _permission(principal: CfnParameter, actions: tuple[str, ...]) -> dict[str, Any]:
    return {"principal": principal.value_as_string, "actions": [f"quicksight:{action}" for action in actions]}


def _data_set(
    stack: Stack, name: str, view: str, source: quicksight.CfnDataSource, principal: CfnParameter
) -> quicksight.CfnDataSet:
    """A view, asked whenever somebody looks: within the limit of the workgroup, and as it is then."""
    kind = quicksight.CfnDataSet
    table = kind.RelationalTableProperty(
        data_source_arn=source.attr_arn,
        catalog="AwsDataCatalog",
        schema=DATABASE,
        name=view,
        input_columns=[
            kind.InputColumnProperty(name=column, type=_KINDS[of_athena])
            for column, of_athena in VIEW_COLUMNS[view].items()
        ],
    )
    return quicksight.CfnDataSet(
        stack,
        f"QuickSight{name.title()}",
        aws_account_id=Aws.ACCOUNT_ID,
        data_set_id=f"{Aws.STACK_NAME}-{name}",
        name=f"{Aws.STACK_NAME} {view}",
        import_mode="DIRECT_QUERY",
        physical_table_map={view: kind.PhysicalTableProperty(relational_table=table)},
        permissions=[_permission(principal, _MAY_DATA_SET)],
    )


def _definition(sets: Mapping[str, quicksight.CfnDataSet], notify_from: float) -> dict[str, Any]:
    """How similar faces are, the pairs to look at, and who is taken for how many others."""
    histogram: dict[str, Any] = {
        "visual_id": HISTOGRAM,
        "title": _text("How similar faces under different names are"),
        "chart_configuration": {
            "field_wells": {
                "histogram_aggregated_field_wells": {"values": [_measure("similarity-of-faces", "faces", "similarity")]}
            },
            "bin_options": {"selected_bin_type": "BIN_WIDTH", "bin_width": {"value": 1}},
        },
        "actions": [],
    }
    columns = [
        *(_category(f"{column}-of-pair", "pairs", column) for column in ("name", "other")),
        *(_number(f"{column}-of-pair", "pairs", column) for column in ("best", "median", "number")),
        *(_category(f"{column}-of-pair", "pairs", column) for column in ("picture", "other_picture", "decision")),
    ]
    best_first = {"field_sort": {"field_id": "best-of-pair", "direction": "DESC"}}
    table: dict[str, Any] = {
        "visual_id": PAIRS,
        "title": _text(f"Pairs of names from {notify_from:g} on"),
        "chart_configuration": {
            "field_wells": {"table_aggregated_field_wells": {"group_by": columns, "values": []}},
            "sort_configuration": {"row_sort": [best_first]},
        },
        "actions": [],
    }
    bars: dict[str, Any] = {
        "visual_id": PER_NAME,
        "title": _text("Who is taken for most others"),
        "chart_configuration": {
            "field_wells": {
                "bar_chart_aggregated_field_wells": {
                    "category": [_category("name-of-bar", "pairs", "name")],
                    "values": [
                        {
                            "categorical_measure_field": {
                                "field_id": "others-of-bar",
                                "column": _column("pairs", "other"),
                                "aggregation_function": "DISTINCT_COUNT",
                            }
                        }
                    ],
                }
            },
            "orientation": "HORIZONTAL",
        },
        "actions": [],
    }
    above: dict[str, Any] = {
        "numeric_range_filter": {
            "filter_id": "above",
            "column": _column("pairs", "best"),
            "null_option": "NON_NULLS_ONLY",
            "include_minimum": True,
            "range_minimum": {"static_value": notify_from},
        }
    }
    shown = {"sheet_id": SHEET, "scope": "SELECTED_VISUALS", "visual_ids": [PAIRS, PER_NAME]}
    return {
        "data_set_identifier_declarations": [
            {"identifier": name, "data_set_arn": made.attr_arn} for name, made in sets.items()
        ],
        "sheets": [
            {
                "sheet_id": SHEET,
                "name": "Duplicates",
                "visuals": [{"histogram_visual": histogram}, {"bar_chart_visual": bars}, {"table_visual": table}],
            }
        ],
        "filter_groups": [
            {
                "filter_group_id": "above-the-threshold",
                "cross_dataset": "SINGLE_DATASET",
                "status": "ENABLED",
                "filters": [above],
                "scope_configuration": {"selected_sheets": {"sheet_visual_scoping_configurations": [shown]}},
            }
        ],
    }


def _in_cloudformation(value: Any) -> Any:
    """The same with the names that CloudFormation has for members; the CDK turns only the outermost ones."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {"".join(map(str.title, name.split("_"))): _in_cloudformation(one) for name, one in members.items()}
    return [_in_cloudformation(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


def _text(plain: str) -> dict[str, Any]:
    return {"visibility": "VISIBLE", "format_text": {"plain_text": plain}}


def _column(data_set: str, name: str) -> dict[str, str]:
    return {"data_set_identifier": data_set, "column_name": name}


def _category(field: str, data_set: str, name: str) -> dict[str, Any]:
    return {"categorical_dimension_field": {"field_id": field, "column": _column(data_set, name)}}


def _number(field: str, data_set: str, name: str) -> dict[str, Any]:
    return {"numerical_dimension_field": {"field_id": field, "column": _column(data_set, name)}}


def _measure(field: str, data_set: str, name: str) -> dict[str, Any]:
    return {"numerical_measure_field": {"field_id": field, "column": _column(data_set, name)}}
