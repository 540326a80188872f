# Signs the frozen program, if there is a certificate, and makes the installer with Inno Setup 6.
#
# CERTIFICATE is a .pfx file in base64 and CERTIFICATE_PASSWORD its password, both in the environment and nowhere else.
param(
    [Parameter(Mandatory)] [string] $Program,
    [Parameter(Mandatory)] [string] $Out
)
$ErrorActionPreference = "Stop"
Set-StrictMode -Version Latest

$here = Split-Path -Parent $PSCommandPath
$Program = (Resolve-Path $Program).Path
$Out = (Resolve-Path $Out).Path
$version = python -c "import sys; sys.path.insert(0, sys.argv[1]); import facts; print(facts.version())" (Split-Path -Parent $here)
if ($LASTEXITCODE -ne 0) { throw "The version is not known." }
$compiler = "${env:ProgramFiles(x86)}\Inno Setup 6\ISCC.exe"
if (-not (Test-Path $compiler)) { throw "Inno Setup 6 is not installed." }
$options = @("/DVersion=$version", "/DProgram=$Program", "/DOut=$Out", "/DIcon=$Out\work\icons\facesorter.ico")

if ($env:CERTIFICATE) {
    $signtool = Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" |
        Sort-Object FullName | Select-Object -Last 1
    if (-not $signtool) { throw "signtool is not installed." }
    $certificate = Join-Path ([IO.Path]::GetTempPath()) "facesorter-signing.pfx"
    try {
        [IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:CERTIFICATE))
        $how = @("sign", "/fd", "sha256", "/td", "sha256", "/tr", "http://timestamp.digicert.com", "/f", $certificate,
            "/p", $env:CERTIFICATE_PASSWORD)
        foreach ($file in "FaceSorter.exe", "facesorter-cli.exe") {
            & $signtool.FullName @how (Join-Path $Program $file)
            if ($LASTEXITCODE -ne 0) { throw "$file could not be signed." }
        }
        & $compiler @options "/DSign" "/Scertificate=`$q$($signtool.FullName)`$q $($how -join ' ') `$f" "$here\facesorter.iss"
        if ($LASTEXITCODE -ne 0) { throw "The installer could not be made." }
    }
    finally {
        Remove-Item -Force -ErrorAction SilentlyContinue $certificate
    }
}
else {
    Write-Warning "There is no certificate: neither the program nor the installer is signed."
    & $compiler @options "$here\facesorter.iss"
    if ($LASTEXITCODE -ne 0) { throw "The installer could not be made." }
}
