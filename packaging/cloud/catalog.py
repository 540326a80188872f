"""Reports as tables: the AWS sample's table and view, our own views, and a workgroup that cannot scan without end."""

from __future__ import annotations

import base64
import json

from aws_cdk import Aws, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3

from facesorter.duplicates.views import VIEWS

DATABASE = "face_match_output_db"
"""As the sample calls it, and the text of the views."""

FACE = (
    "struct<FaceId:string,BoundingBox:struct<Width:double,Height:double,Left:double,Top:double>,"
    "ImageId:string,ExternalImageId:string,Confidence:double>"
)
TABLES = {
    ("face_match_output", "reports"): {
        "source": "string",
        "customerid": "string",
        "matches": f"array<struct<Similarity:double,Face:{FACE},CustomerId:string,Source:string,SourceFaceId:string>>",
        "faces": f"array<{FACE}>",
        "problem": "string",
    },
    ("decisions", "decisions"): {"name": "string", "other": "string", "decision": "string", "decidedat": "string"},
}
"""By name and folder: the columns, in the words of Hive."""

_PAIR = {
    "name": "varchar",
    "other": "varchar",
    "number": "bigint",
    "best": "double",
    "median": "double",
    "picture": "varchar",
    "other_picture": "varchar",
}
VIEW_COLUMNS = {
    "matchingstats": {"customerid": "varchar", "similarity": "double", "suspect_match": "varchar"},
    "matchingfaces": {
        "name": "varchar",
        "other": "varchar",
        "face": "varchar",
        "other_face": "varchar",
        "similarity": "double",
        "picture": "varchar",
        "other_picture": "varchar",
    },
    "matchingpairs": {**_PAIR, "decision": "varchar"},
    "openpairs": _PAIR,
}
"""The columns of each view, in the words of Athena."""

_OF_HIVE = {"varchar": "string", "double": "double", "bigint": "bigint"}
_QUESTIONS = {
    "Pairs to decide": "SELECT * FROM openpairs ORDER BY best DESC LIMIT 100",
    "Histogram": "SELECT floor(similarity) similarity, count(*) number FROM matchingfaces GROUP BY 1 ORDER BY 1",
    "Pictures that failed": "SELECT source, problem FROM face_match_output WHERE problem IS NOT NULL",
}


def add_catalog(stack: Stack, reports: s3.Bucket, scan_limit_mb: int) -> None:
    """Add the database, its tables and views, and the workgroup with some questions to begin with."""
    database = glue.CfnDatabase(
        stack,
        "Database",
        catalog_id=Aws.ACCOUNT_ID,
        database_input=glue.CfnDatabase.DatabaseInputProperty(name=DATABASE, description="Who may be whom"),
    )
    for (name, folder), columns in TABLES.items():
        _table(stack, name, columns, reports.s3_url_for_object(f"{folder}/")).add_resource_dependency(database)
    for statement in VIEWS:
        _view(stack, statement).add_resource_dependency(database)
    group = athena.CfnWorkGroup(
        stack,
        "Questions",
        name=Aws.STACK_NAME,
        recursive_delete_option=True,
        work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            bytes_scanned_cutoff_per_query=scan_limit_mb * 1024 * 1024,
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            engine_version=athena.CfnWorkGroup.EngineVersionProperty(selected_engine_version="Athena engine version 3"),
            result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                output_location=reports.s3_url_for_object("queries/"),
                encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                    encryption_option="SSE_S3"
                ),
            ),
        ),
    )
    for number, (name, question) in enumerate(_QUESTIONS.items(), 1):
        athena.CfnNamedQuery(
            stack, f"Question{number}", database=DATABASE, query_string=question, name=name, work_group=group.ref
        )


def _table(stack: Stack, name: str, columns: dict[str, str], location: str) -> glue.CfnTable:
    return glue.CfnTable(
        stack,
        f"Table{name.title().replace('_', '')}",
        catalog_id=Aws.ACCOUNT_ID,
        database_name=DATABASE,
        table_input=glue.CfnTable.TableInputProperty(
            name=name,
            table_type="EXTERNAL_TABLE",
            parameters={"classification": "json", "EXTERNAL": "TRUE"},
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                location=location,
                columns=[glue.CfnTable.ColumnProperty(name=column, type=kind) for column, kind in columns.items()],
                input_format="org.apache.hadoop.mapred.TextInputFormat",
                output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                serde_info=glue.CfnTable.SerdeInfoProperty(
                    serialization_library="org.openx.data.jsonserde.JsonSerDe",
                    parameters={"case.insensitive": "TRUE"},
                ),
            ),
        ),
    )


def _view(stack: Stack, statement: str) -> glue.CfnTable:
    """A view as Athena itself stores it: the very text that DuckDB reads, without a query that must run to make it."""
    head, _, text = statement.partition("\n") if " AS\n" in statement else statement.partition(" AS ")
    name = head.removeprefix("CREATE OR REPLACE VIEW ").removesuffix(" AS")
    columns = VIEW_COLUMNS[name]
    stored = {
        "originalSql": text.strip(),
        "catalog": "awsdatacatalog",
        "schema": DATABASE,
        "columns": [{"name": column, "type": kind} for column, kind in columns.items()],
    }
    coded = base64.b64encode(json.dumps(stored).encode()).decode()
    return glue.CfnTable(
        stack,
        f"View{name.title()}",
        catalog_id=Aws.ACCOUNT_ID,
        database_name=DATABASE,
        table_input=glue.CfnTable.TableInputProperty(
            name=name,
            table_type="VIRTUAL_VIEW",
            parameters={"presto_view": "true", "comment": "Presto View"},
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=[
                    glue.CfnTable.ColumnProperty(name=column, type=_OF_HIVE[kind]) for column, kind in columns.items()
                ],
                serde_info=glue.CfnTable.SerdeInfoProperty(),
            ),
            view_original_text=f"/* Presto View: {coded} */",
            view_expanded_text="/* Presto View */",
        ),
    )
