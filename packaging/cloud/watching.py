"""Alarms where pictures get stuck, and a dashboard that shows the way of pictures."""

# pyright: reportArgumentType=false
# (jsii calls parameters otherwise in its interfaces than in the classes that fulfil them)

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

LONGEST_WAIT_S = 3600
"""A picture that waits longer raises an alarm: uploads outrun the quota, or the function fails."""

_PERIOD = Duration.minutes(5)


def watch(
    stack: Stack, match: functions.Function, work: sqs.Queue, dead: sqs.Queue, topic: sns.Topic
) -> list[cloudwatch.Alarm]:
    """Alarms that tell the topic."""
    rekognition = cloudwatch.Metric(
        namespace="AWS/Rekognition",
        metric_name="ThrottledCount",
        dimensions_map={"Operation": "SearchFaces"},
        statistic="Sum",
        period=_PERIOD,
    )
    alarms = [
        _alarm(
            stack,
            "PicturesFailed",
            dead.metric_approximate_number_of_messages_visible(period=_PERIOD, statistic="Maximum"),
            1,
            "Pictures that failed lie in the dead-letter queue. Mend them, then redrive the queue.",
        ),
        _alarm(
            stack,
            "PicturesWait",
            work.metric_approximate_age_of_oldest_message(period=_PERIOD, statistic="Maximum"),
            LONGEST_WAIT_S,
            "A picture has been waiting for an hour. More are uploaded than the quota allows to look at.",
        ),
        _alarm(
            stack,
            "FunctionThrottled",
            match.metric_throttles(period=_PERIOD, statistic="Sum"),
            1,
            "Lambda refused to run the function. The account's concurrency is used up.",
        ),
        _alarm(
            stack,
            "RekognitionThrottled",
            rekognition,
            100,
            "Rekognition refuses many calls. Make the templates anew with a lower calls_per_second, or ask for a "
            "higher quota.",
        ),
    ]
    for alarm in alarms:
        alarm.add_alarm_action(actions.SnsAction(topic))
    return alarms


def _alarm(
    stack: Stack, name: str, metric: cloudwatch.IMetric | cloudwatch.Metric, threshold: float, what: str
) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        stack,
        name,
        metric=metric,
        threshold=threshold,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=what,
    )


def add_dashboard(
    stack: Stack, match: functions.Function, work: sqs.Queue, dead: sqs.Queue, alarms: Sequence[cloudwatch.Alarm]
) -> None:
    """One page: what waits, what works, what failed."""
    page = cloudwatch.Dashboard(stack, "Dashboard", default_interval=Duration.hours(12))
    page.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24))
    page.add_widgets(
        _graph(
            "Pictures waiting and failed",
            work.metric_approximate_number_of_messages_visible(label="waiting"),
            dead.metric_approximate_number_of_messages_visible(label="failed"),
        ),
        _graph("Age of the oldest, in seconds", work.metric_approximate_age_of_oldest_message()),
    )
    page.add_widgets(
        _graph(
            "Function", match.metric_invocations(label="calls"), match.metric_errors(label="errors"),
            match.metric_throttles(label="refused"),
        ),
        _graph(
            "Duration",
            match.metric_duration(statistic="p50", label="half of the calls"),
            match.metric_duration(statistic="p99", label="99 of 100"),
        ),
    )  # fmt: skip


def _graph(title: str, *metrics: cloudwatch.Metric) -> cloudwatch.IWidget:
    return cast("cloudwatch.IWidget", cloudwatch.GraphWidget(title=title, left=list(metrics), width=12))
