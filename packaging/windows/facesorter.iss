; Inno Setup script of the installer; packaging/windows/build.ps1 calls it with /DVersion, /DProgram, /DIcon and /DOut.
; It installs for the user alone, without asking for an administrator.

#ifndef Version
  #error Say /DVersion=1.2.3
#endif

[Setup]
AppId={{6E2B0D6F-54C1-4C0B-9B61-0B7C1C1D6D5A}
AppName=FaceSorter
AppVersion={#Version}
AppPublisher=The FaceSorter project
VersionInfoVersion={#Version}
DefaultDirName={autopf}\FaceSorter
DefaultGroupName=FaceSorter
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#Program}\licenses\FaceSorter.txt
OutputDir={#Out}
OutputBaseFilename=FaceSorter-{#Version}-setup
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\FaceSorter.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes
ChangesAssociations=yes
#ifdef Sign
SignTool=certificate
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[CustomMessages]
en.OpenWith=Open with FaceSorter
de.OpenWith=Mit FaceSorter öffnen
es.OpenWith=Abrir con FaceSorter
en.KeptHere=Your photos and the copies were left alone. What FaceSorter knows of them is still in%n%n%1%n%nDelete this folder if you do not want to use FaceSorter again.
de.KeptHere=Ihre Fotos und die Kopien sind unverändert. Was FaceSorter über sie weiß, liegt weiterhin in%n%n%1%n%nLöschen Sie diesen Ordner, wenn Sie FaceSorter nicht mehr verwenden möchten.
es.KeptHere=Sus fotos y las copias no se han tocado. Lo que FaceSorter sabe de ellas sigue en%n%n%1%n%nElimine esta carpeta si no va a usar FaceSorter de nuevo.

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "openwith"; Description: "{cm:OpenWith}"

[InstallDelete]
; Of an older version nothing may be left: a library that is no longer used could still be found.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Program}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\FaceSorter"; Filename: "{app}\FaceSorter.exe"; AppUserModelID: "io.github.facesorter.FaceSorter"
Name: "{autodesktop}\FaceSorter"; Filename: "{app}\FaceSorter.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\Directory\shell\FaceSorter"; ValueType: string; ValueData: "{cm:OpenWith}"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\FaceSorter"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\FaceSorter.exe"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\FaceSorter\command"; ValueType: string; ValueData: """{app}\FaceSorter.exe"" ""%1"""; Tasks: openwith

; The menu "Open with" of pictures.
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "FaceSorter"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\shell\open\command"; ValueType: string; ValueData: """{app}\FaceSorter.exe"" ""%1"""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".gif"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".heic"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".heif"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".avif"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".jp2"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".dng"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".nef"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".cr2"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".cr3"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".arw"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".orf"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".rw2"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".raf"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\FaceSorter.exe\SupportedTypes"; ValueType: string; ValueName: ".pef"; Tasks: openwith

[Run]
Filename: "{app}\FaceSorter.exe"; Description: "{cm:LaunchProgram,FaceSorter}"; Flags: nowait postinstall skipifsilent

[Code]
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Profile: String;
begin
  Profile := ExpandConstant('{localappdata}\FaceSorter');
  if (CurUninstallStep = usPostUninstall) and DirExists(Profile) and not UninstallSilent then
    MsgBox(FmtMessage(CustomMessage('KeptHere'), [Profile]), mbInformation, MB_OK);
end;
