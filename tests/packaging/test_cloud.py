"""The templates of the cloud: every promise of packaging/cloud/README.md is held to them."""

from __future__ import annotations

import ast
import base64
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("aws_cdk", reason="The templates need the AWS CDK: pip install facesorter[cloud].")
if shutil.which("node") is None:
    pytest.skip("The AWS CDK needs Node.js.", allow_module_level=True)

from aws_cdk.assertions import Match, Template
from synthesized import CLOUD, app_module, synthesized

from facesorter.duplicates.sql import rows_of
from facesorter.duplicates.views import DECISIONS, VIEWS

Resources = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> Template:
    return Template.from_json(synthesized())


def of_kind(kind: str, **context: str) -> Resources:
    return {name: it for name, it in synthesized(**context)["Resources"].items() if it["Type"] == kind}


def statements(effect: str = "Allow", **context: str) -> Iterator[dict[str, Any]]:
    """Every statement of every policy of a role, and of resources."""
    for it in synthesized(**context)["Resources"].values():
        policy = it.get("Properties", {}).get("PolicyDocument")
        if policy:
            yield from (one for one in policy["Statement"] if one["Effect"] == effect)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("bucket", ["Pictures", "Reports"])
def test_buckets_are_encrypted_closed_and_without_versions(bucket: str) -> None:
    (it,) = (it for name, it in of_kind("AWS::S3::Bucket").items() if name.startswith(bucket))
    properties = it["Properties"]
    assert properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True,
    }  # fmt: skip
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "VersioningConfiguration" not in properties
    assert any("AbortIncompleteMultipartUpload" in rule for rule in properties["LifecycleConfiguration"]["Rules"])
    assert (it["DeletionPolicy"], it["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_pictures_go_with_the_stack_only_if_told_to() -> None:
    buckets = of_kind("AWS::S3::Bucket", delete_pictures="true")
    assert {it["DeletionPolicy"] for it in buckets.values()} == {"Delete"}
    assert len(of_kind("Custom::S3AutoDeleteObjects", delete_pictures="true")) == 2
    assert of_kind("Custom::S3AutoDeleteObjects") == {}


def test_pictures_expire_only_if_told_to() -> None:
    def days(**context: str) -> list[int]:
        rules = [rule for name, it in of_kind("AWS::S3::Bucket", **context).items() if name.startswith("Pictures")
                 for rule in it["Properties"]["LifecycleConfiguration"]["Rules"]]  # fmt: skip
        return [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule]

    assert (days(), days(keep_days="90")) == ([], [90])


def test_pictures_tell_the_queue_which_leads_to_dead_letters(template: Template) -> None:
    queues = of_kind("AWS::SQS::Queue")
    ((work, properties),) = ((name, it["Properties"]) for name, it in queues.items() if name.startswith("Work"))
    (dead,) = (name for name in queues if name != work)
    (function,) = (
        it["Properties"] for name, it in of_kind("AWS::Lambda::Function").items() if name.startswith("Match")
    )
    assert properties["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert properties["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [dead, "Arn"]}
    assert 2 <= properties["RedrivePolicy"]["maxReceiveCount"] <= 10
    assert all(it["Properties"]["SqsManagedSseEnabled"] for it in queues.values())
    assert queues[dead]["Properties"]["MessageRetentionPeriod"] > properties["MessageRetentionPeriod"]
    told = {"Queue": {"Fn::GetAtt": [work, "Arn"]}}
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "NotificationConfiguration": {
                "QueueConfigurations": Match.array_with([{"Event": "s3:ObjectCreated:*", **told}])
            }
        },
    )
    template.has_resource_properties(
        "AWS::SQS::QueuePolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": "sqs:SendMessage",
                                "Effect": "Allow",
                                "Principal": {"Service": "s3.amazonaws.com"},
                                "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                            }
                        )
                    ]
                )
            }
        },
    )


@pytest.mark.parametrize(("quota", "workers"), [("1", 2), ("5", 2), ("50", 25), ("100000", 1000)])
def test_a_batch_fails_in_parts_and_no_more_work_than_the_quota_allows(quota: str, workers: int) -> None:
    (mapping,) = of_kind("AWS::Lambda::EventSourceMapping", calls_per_second=quota).values()
    assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["Properties"]["ScalingConfig"] == {"MaximumConcurrency": workers}


@pytest.mark.parametrize("engine", ["rekognition", "local"])
def test_nobody_may_do_more_than_needed(engine: str) -> None:
    count = 0
    for statement in statements(engine=engine):
        for action in listed(statement["Action"]):
            assert "*" not in action, statement
            count += 1
        for resource in listed(statement["Resource"]):
            assert resource != "*", statement
    assert count > 20
    assert not [
        one for one in of_kind("AWS::IAM::Role", engine=engine).values() if "ManagedPolicyArns" in one["Properties"]
    ]
    denied = [one for one in statements("Deny") if one["Condition"].get("Bool") == {"aws:SecureTransport": "false"}]
    assert len(denied) >= 6  # two buckets, two queues, two topics


def test_what_erases_a_person_may_delete_and_look_at_nothing() -> None:
    (policy,) = (it for name, it in of_kind("AWS::IAM::Policy").items() if name.startswith("Erase"))
    by_sid = {one["Sid"]: listed(one["Action"]) for one in policy["Properties"]["PolicyDocument"]["Statement"]}
    assert by_sid["Faces"] == ["rekognition:DeleteFaces"]
    assert by_sid["DeletePictures"] == ["s3:DeleteObject"]
    handlers = {it["Properties"]["Handler"].rpartition(".")[2] for it in of_kind("AWS::Lambda::Function").values()}
    assert handlers == {"match", "erase", "decide"}


def test_the_engine_on_board_asks_nothing_of_rekognition() -> None:
    assert len(of_kind("AWS::Rekognition::Collection")) == 1
    assert of_kind("AWS::Rekognition::Collection", engine="local") == {}
    assert "rekognition:" not in json.dumps(list(statements(engine="local")))
    (index,) = of_kind("AWS::S3Vectors::Index", engine="local").values()
    assert (index["Properties"]["Dimension"], index["Properties"]["DistanceMetric"]) == (128, "cosine")
    functions = of_kind("AWS::Lambda::Function", engine="local").values()
    assert {it["Properties"]["PackageType"] for it in functions} == {"Image"}


def test_somebody_is_told_if_an_address_is_given(template: Template) -> None:
    template.has_parameter("NotificationEmail", {"Type": "String", "Default": ""})
    subscriptions = of_kind("AWS::SNS::Subscription")
    assert len(subscriptions) == 2
    for it in subscriptions.values():
        assert it["Condition"] == "SomebodyIsTold"
        assert it["Properties"]["Endpoint"] == {"Ref": "NotificationEmail"}


@pytest.mark.parametrize(
    "metric", ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "Throttles", "ThrottledCount"]
)
def test_alarms_tell_a_topic_that_cloudwatch_can_publish_to(metric: str) -> None:
    (alarm,) = (
        it["Properties"]
        for it in of_kind("AWS::CloudWatch::Alarm").values()
        if it["Properties"]["MetricName"] == metric
    )
    ((action,),) = (list(one.values()) for one in alarm["AlarmActions"])
    assert "KmsMasterKeyId" not in of_kind("AWS::SNS::Topic")[action].get("Properties", {})
    dimensions = json.dumps(alarm["Dimensions"])
    expected = {"ApproximateNumberOfMessagesVisible": "DeadLetters", "ApproximateAgeOfOldestMessage": "Work"}
    assert expected.get(metric, "") in dimensions


def test_there_is_one_dashboard(template: Template) -> None:
    template.resource_count_is("AWS::CloudWatch::Dashboard", 1)


def test_a_question_cannot_scan_without_end() -> None:
    (group,) = of_kind("AWS::Athena::WorkGroup", scan_limit_mb="20").values()
    configuration = group["Properties"]["WorkGroupConfiguration"]
    assert configuration["BytesScannedCutoffPerQuery"] == 20 * 1024 * 1024
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["ResultConfiguration"]["EncryptionConfiguration"]["EncryptionOption"] == "SSE_S3"


def test_the_tables_read_the_lines_of_reports_and_decisions() -> None:
    tables = {it["Properties"]["TableInput"]["Name"]: it["Properties"] for it in of_kind("AWS::Glue::Table").values()}
    for name, folder in (("face_match_output", "/reports/"), ("decisions", "/decisions/")):
        stored = tables[name]["TableInput"]["StorageDescriptor"]
        assert stored["SerdeInfo"]["SerializationLibrary"] == "org.openx.data.jsonserde.JsonSerDe"
        assert json.dumps(stored["Location"]).count(folder) == 1
    columns = {
        it["Name"]: it["Type"] for it in tables["face_match_output"]["TableInput"]["StorageDescriptor"]["Columns"]
    }
    assert list(columns) == ["source", "customerid", "matches", "faces", "problem"]
    sample = "array<struct<Similarity:double,Face:struct<FaceId:string,BoundingBox:struct<Width:double,Height:double,"
    assert columns["matches"].startswith(sample)
    said = [it["Name"] for it in tables["decisions"]["TableInput"]["StorageDescriptor"]["Columns"]]
    assert said == [name.lower() for name in DECISIONS]


def test_athena_has_the_very_views_that_duckdb_answers(tmp_path: Path) -> None:
    views = [it["Properties"]["TableInput"] for it in of_kind("AWS::Glue::Table").values()]
    views = [it for it in views if it["TableType"] == "VIRTUAL_VIEW"]
    assert len(views) == len(VIEWS)
    (tmp_path / "a.json").write_text('{"Source": "a"}\n')
    for it in views:
        coded = it["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
        view = json.loads(base64.b64decode(coded))
        (statement,) = (one for one in VIEWS if f"VIEW {it['Name']} AS" in one)
        assert statement.split("AS", 1)[1].strip() == view["originalSql"]
        assert [one["name"] for one in view["columns"]] == [one["Name"] for one in it["StorageDescriptor"]["Columns"]]
        columns, rows = rows_of(f"DESCRIBE {it['Name']}", str(tmp_path), "none")
        assert columns[:2] == ["column_name", "column_type"]
        kinds = {"varchar": "VARCHAR", "double": "DOUBLE", "bigint": "BIGINT"}
        assert [(row[0].lower(), row[1]) for row in rows] == [
            (one["name"], kinds[one["type"]]) for one in view["columns"]
        ]


@pytest.mark.parametrize("engine", ["rekognition", "local"])
def test_the_rules_of_cfn_lint_are_kept(engine: str, tmp_path: Path) -> None:
    pytest.importorskip("cfnlint", reason="cfn-lint is not installed: pip install facesorter[cloud].")
    path = tmp_path / "a.template.json"
    path.write_text(json.dumps(synthesized(engine=engine)))
    command = [
        sys.executable,
        "-c",
        "from cfnlint.runner.cli import main; main()",
        "--config-file",
        str(CLOUD / ".cfnlintrc.yaml"),
        "-t",
        str(path),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize("engine", ["rekognition", "local"])
def test_the_rules_of_cdk_nag_are_kept_and_what_is_accepted_has_a_reason(engine: str, tmp_path: Path) -> None:
    command = [sys.executable, str(CLOUD / "app.py"), "--out", str(tmp_path), "-c", f"engine={engine}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert [path.name for path in tmp_path.glob("*.template.json")] == ["FaceDuplicates.template.json"]


def test_a_broken_rule_ends_synth(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(CLOUD)!r}); import accepted; accepted.accept = lambda *a: None; "
        f"sys.argv = ['app.py', '--out', {str(tmp_path)!r}]; import app; app.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "AwsSolutions-S1" in result.stdout + result.stderr


@pytest.mark.parametrize(
    "choice",
    ["engine=rekognitoin", "names=guess", "calls_per_second=0", "calls_per_second=many", "report_from=101",
     "keep_days=-1", "delete_pictures=perhaps", "scan_limit_mb=1"],
)  # fmt: skip
def test_choices_that_cannot_be_are_told(choice: str, tmp_path: Path) -> None:
    name, _, value = choice.partition("=")
    with pytest.raises(ValueError, match=name):
        app_module().built({name: value}, str(tmp_path / "out"), str(tmp_path))


def test_a_function_runs_with_boto3_alone(tmp_path: Path) -> None:
    options = app_module().Options
    code = Path(app_module().gathered(options(), str(tmp_path)))
    assert {path.suffix for path in code.rglob("*") if path.is_file()} == {".py"}
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "for name in ('numpy', 'PIL', 'onnxruntime', 'PySide6', 'duckdb', 'platformdirs', 'filelock'):\n"
        "    sys.modules[name] = None\n"
        "import facesorter.duplicates.handlers as handlers\n"
        "assert handlers.__file__.startswith(sys.argv[1])\n"
        "assert handlers.match({'Records': []}, None) == {'batchItemFailures': []}\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(code)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr


def test_an_image_is_built_of_what_its_dockerfile_needs(tmp_path: Path) -> None:
    folder = Path(app_module().gathered(app_module().Options(engine="local"), str(tmp_path)))
    names = {path.name for path in folder.iterdir()}
    assert {"Dockerfile", "pyproject.toml", "facesorter", "resources", "packaging", "README.md", "LICENSE"} <= names
    assert (folder / "packaging" / "hatch_build.py").is_file()


def test_an_image_has_what_the_engine_on_board_loads() -> None:
    """Some of it is loaded late, in a worker, so that a test of the function would not miss it."""
    root = CLOUD.parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    installed = re.findall(r'"([^"]+)"', (CLOUD / "image" / "Dockerfile").read_text("utf-8"))
    as_in_project = [one for one in installed if not one.startswith(("boto3", "facesorter."))]
    assert set(as_in_project) <= set(project)
    loaded: set[str] = set()
    for path in [*root.glob("facesorter/images/*.py"), *root.glob("facesorter/engines/local/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                loaded |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                loaded.add(str(node.module).partition(".")[0])
    packages = {"PIL": "pillow", "pillow_heif": "pillow-heif"}
    needed = {packages.get(name, name) for name in loaded} & {re.split(r"[<>=;]", one)[0] for one in project}
    assert needed - {"lxml"} == {one.partition(">")[0] for one in as_in_project} - {"platformdirs"}  # XMP is not read


def test_quicksight_is_made_only_for_whom_it_is_wanted(template: Template) -> None:
    parameter = template.to_json()["Parameters"]["QuickSightPrincipal"]
    assert parameter["Default"] == ""
    pattern = re.compile(parameter["AllowedPattern"])
    assert pattern.match("arn:aws:quicksight:eu-west-1:123456789012:user/default/ann@example.org")
    assert not pattern.match("arn:aws:iam::123456789012:user/ann")
    made = {name: it for name, it in template.to_json()["Resources"].items() if name.startswith("QuickSight")}
    assert sorted(it["Type"].rpartition("::")[2] for it in made.values()) == [
        "Analysis", "DataSet", "DataSet", "DataSource", "Role",
    ]  # fmt: skip
    assert {it["Condition"] for it in made.values()} == {"QuickSightIsWanted"}
    for it in made.values():
        for permission in it["Properties"].get("Permissions", []):
            assert permission["Principal"] == {"Ref": "QuickSightPrincipal"}


def test_quicksight_asks_the_views_within_the_limit_of_the_workgroup(template: Template) -> None:
    template.has_resource_properties(
        "AWS::QuickSight::DataSource",
        {
            "Type": "ATHENA",
            "DataSourceParameters": {
                "AthenaParameters": {
                    "WorkGroup": {"Ref": "AWS::StackName"},
                    "RoleArn": {"Fn::GetAtt": ["QuickSightRole", "Arn"]},
                }
            },
        },
    )
    for view in ("matchingpairs", "matchingfaces"):
        sets = of_kind("AWS::QuickSight::DataSet").values()
        (it,) = (it for it in sets if view in it["Properties"]["PhysicalTableMap"])
        table = it["Properties"]["PhysicalTableMap"][view]["RelationalTable"]
        assert it["Properties"]["ImportMode"] == "DIRECT_QUERY"
        assert it["DependsOn"] == [f"View{view.title()}"]
        (stored,) = (
            one["Properties"]["TableInput"]
            for one in of_kind("AWS::Glue::Table").values()
            if one["Properties"]["TableInput"]["Name"] == view
        )
        kinds = {"string": "STRING", "double": "DECIMAL", "bigint": "INTEGER"}
        assert [(column["Name"], column["Type"]) for column in table["InputColumns"]] == [
            (column["Name"], kinds[column["Type"]]) for column in stored["StorageDescriptor"]["Columns"]
        ]


def test_the_analysis_draws_columns_that_there_are(template: Template) -> None:
    (analysis,) = of_kind("AWS::QuickSight::Analysis", notify_from="93").values()
    definition = analysis["Properties"]["Definition"]
    views = {"pairs": "QuickSightPairs", "faces": "QuickSightFaces"}
    assert {one["Identifier"]: one["DataSetArn"] for one in definition["DataSetIdentifierDeclarations"]} == {
        name: {"Fn::GetAtt": [made, "Arn"]} for name, made in views.items()
    }
    columns = {
        (name, column["Name"])
        for name, made in views.items()
        for table in of_kind("AWS::QuickSight::DataSet")[made]["Properties"]["PhysicalTableMap"].values()
        for column in table["RelationalTable"]["InputColumns"]
    }
    used = set(columns_in(definition))
    assert used <= columns
    assert {("faces", "similarity"), ("pairs", "best"), ("pairs", "decision")} <= used
    kinds = [kind for visual in definition["Sheets"][0]["Visuals"] for kind in visual]
    assert kinds == ["HistogramVisual", "BarChartVisual", "TableVisual"]
    (above,) = definition["FilterGroups"][0]["Filters"]
    assert above["NumericRangeFilter"]["RangeMinimum"] == {"StaticValue": 93}


def columns_in(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "DataSetIdentifier" in value:
            yield value["DataSetIdentifier"], value["ColumnName"]
        for one in value.values():
            yield from columns_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from columns_in(one)


def test_the_role_of_quicksight_reads_reports_and_no_picture(template: Template) -> None:
    role = template.to_json()["Resources"]["QuickSightRole"]["Properties"]
    (policy,) = role["Policies"]
    said = json.dumps(policy["PolicyDocument"])
    assert "Pictures" not in said
    assert '"*"' not in said
    for statement in policy["PolicyDocument"]["Statement"]:
        assert not [action for action in statement["Action"] if action.endswith("*")]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "quicksight.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
